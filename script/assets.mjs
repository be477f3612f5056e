// Copies the few files the pages need from node_modules to static/vendor and builds the icon sprite.
// Run by script/assets after npm ci. Nothing is bundled: what the packages publish is what is served.
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const packages = new URL("node_modules/", root);
const vendor = new URL("static/vendor/", root);
const fresh = new URL("static/vendor.new/", root);

// Source in node_modules, then the name under static/vendor.
const files = [
  ["@digdir/designsystemet-css/dist/src/index.css", "designsystemet/index.css"],
  ["@digdir/designsystemet-css/LICENSE", "designsystemet/LICENSE"],
  ["@digdir/designsystemet-web/dist/umd/index.js", "designsystemet/web.js"],
  ["@fontsource-variable/hanken-grotesk/LICENSE", "hanken-grotesk/LICENSE"],
  ["@fontsource-variable/hanken-grotesk/index.css", "hanken-grotesk/index.css"],
  ["htmx.org/dist/htmx.min.js", "htmx.min.js"],
];

async function copyFiles() {
  for (const [from, to] of files) {
    const target = new URL(to, fresh);
    await mkdir(new URL(".", target), { recursive: true });
    if (/\.(js|css)$/.test(to)) {
      // Without the source map the comment that names it is a request that ends in 404.
      const text = await readFile(new URL(from, packages), "utf8");
      await writeFile(target, text.replace(/\n?(\/\/|\/\*)# sourceMappingURL=.*\s*$/, "\n"));
    } else {
      await cp(new URL(from, packages), target);
    }
  }
}

async function copyFonts() {
  const font = "@fontsource-variable/hanken-grotesk/";
  const css = await readFile(new URL(`${font}index.css`, packages), "utf8");
  for (const [, name] of css.matchAll(/url\(\.\/(files\/[^)]+)\)/g)) {
    await cp(new URL(font + name, packages), new URL(`hanken-grotesk/${name}`, fresh), { recursive: true });
  }
}

async function buildSprite() {
  const source = new URL("@navikt/aksel-icons/dist/svg/", packages);
  const known = new Set(await readdir(source));
  const lines = (await readFile(new URL("static/icons.txt", root), "utf8")).split("\n");
  const symbols = [];
  for (const line of lines) {
    const [id, name] = line.split("#")[0].trim().split(/\s+/);
    if (!id) continue;
    if (!known.has(`${name}.svg`)) throw new Error(`static/icons.txt: no icon is called ${name} (for ${id})`);
    const svg = await readFile(new URL(`${name}.svg`, source), "utf8");
    const body = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").trim();
    symbols.push(`<symbol id="${id}" viewBox="0 0 24 24" fill="none">${body}</symbol>`);
  }
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
  await writeFile(new URL("icons.svg", fresh), sprite);
  return symbols.length;
}

await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });
await copyFiles();
await copyFonts();
const icons = await buildSprite();
await rm(vendor, { recursive: true, force: true });
await rename(fresh, vendor);
console.log(`${dirname(fileURLToPath(new URL("icons.svg", vendor)))}: ${files.length} files, ${icons} icons`);
