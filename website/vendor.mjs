// Copies what the site takes over from npm packages into website/static, with
// their licences. Run it after changing a version in package.json:
//
//	npm ci --ignore-scripts && npm run vendor
//
// The copies are committed, so that building and running needs no Node.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";

const pkg = "node_modules/world-atlas";
const { name, version, license } = JSON.parse(readFileSync(`${pkg}/package.json`, "utf8"));
copyFileSync(`${pkg}/land-110m.json`, "website/static/land-110m.json");
writeFileSync(
  "website/static/LICENCES.txt",
  `land-110m.json: outline of the land, from ${name} ${version} (${license}).\n` +
    `The data is Natural Earth's, in the public domain.\n\n${readFileSync(`${pkg}/LICENSE`, "utf8")}`,
);
