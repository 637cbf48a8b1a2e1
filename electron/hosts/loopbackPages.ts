/** Plain pages of the loopback host, for when the interface itself cannot be shown. */
function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<style>body{font:15px/1.5 system-ui;max-width:34em;margin:4em auto;padding:0 1em;background:#0f1216;color:#d7dde4}
a{color:#7ab7ff}code{background:#1b2129;padding:.1em .3em}</style><h1>${title}</h1>${body}</html>`;
}

export const NO_SESSION_PAGE = page(
  'Open Legwork from its own window',
  `<p>This address is only for the window that Legwork opened itself. A link works once.</p>
<p>If you have just followed a link from Legwork, <a href="/">continue here</a>. Otherwise run
<code>npm start</code> again: it finds the running Legwork and opens a window to it.</p>`,
);

export const NOT_BUILT_PAGE = page(
  'The interface is not built yet',
  '<p>Run <code>npm run build</code>, then reload this page. <code>npm start</code> does both.</p>',
);
