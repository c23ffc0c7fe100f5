// Builds assets/graphiql.js, assets/graphiql.css and assets/LICENSES.txt.
// Run in a folder that holds app.js and package.json, after `npm ci` or `npm install`.
import { build } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';

const result = await build({
  entryPoints: ['app.js'],
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'none',
  metafile: true,
  outfile: 'assets/graphiql.js',
});

// The embedded fonts are left out: the page uses the reader's own.
const css = fs.readFileSync('assets/graphiql.css', 'utf8');
fs.writeFileSync('assets/graphiql.css', css.replace(/@font-face\{[^}]*\}/g, ''));

const folders = new Set();
for (const [file, input] of Object.entries(result.metafile.outputs['assets/graphiql.js'].inputs)) {
  const m = file.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)/);
  if (m && input.bytesInOutput > 0) folders.add(m[1]);
}
const groups = new Map();
for (const folder of [...folders].sort()) {
  const pkg = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = fs.readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));
  const text = file ? fs.readFileSync(path.join(folder, file), 'utf8').trim() : `(the package holds no licence file; its package.json says: ${pkg.license})`;
  if (!groups.has(text)) groups.set(text, []);
  groups.get(text).push(`${pkg.name} ${pkg.version} (${pkg.license})`);
}
let out = 'graphiql.js and graphiql.css are made of the packages below, each under the licence that follows it.\n';
for (const [text, names] of groups) out += `\n${'='.repeat(72)}\n${names.join('\n')}\n${'-'.repeat(72)}\n${text}\n`;
fs.writeFileSync('assets/LICENSES.txt', out);
