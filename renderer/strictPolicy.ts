import * as z from 'zod';

// zod would compile schemas with `new Function` as they are made, which the page's policy forbids. Imported first, so
// that it holds before any schema exists.
z.config({ jitless: true });
