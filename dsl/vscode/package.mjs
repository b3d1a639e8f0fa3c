// SPDX-License-Identifier: Apache-2.0
// Makes target/nfl-VERSION.vsix: the bundled extension in an Open Packaging zip. Equal sources give equal bytes.
import { build } from 'esbuild';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { zip } from './zip.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const read = file => readFileSync(path.join(here, file), 'utf8');
const extension = JSON.parse(read('package.json'));

/** One file for Node and VS Code; what else it needs is bundled. */
async function bundle() {
    const built = await build({
        absWorkingDir: here,
        entryPoints: ['src/extension.mjs'],
        bundle: true,
        platform: 'node',
        target: 'node18',
        format: 'cjs',
        external: ['vscode'],
        minify: true,
        legalComments: 'none',
        metafile: true,
        write: false,
        outfile: 'extension.js',
    });
    return { code: built.outputFiles[0].contents, inputs: Object.keys(built.metafile.inputs) };
}

/** The licences of the packages that the bundle holds code of. */
function notices(inputs) {
    const packages = new Set(inputs.map(file => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]).filter(Boolean));
    const texts = [...packages].sort().map(name => {
        const folder = path.join(here, 'node_modules', name);
        const { version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
        const file = readdirSync(folder).find(each => /^licen[cs]e/i.test(each));
        if (!file) {
            throw new Error(`${name} brings no licence`);
        }
        return `${name} ${version} (${license})\n\n${readFileSync(path.join(folder, file), 'utf8').trim()}\n`;
    });
    return `What is bundled in extension.js.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** The manifest that VS Code installs by: without what only building needs. */
function manifest() {
    const { scripts, devDependencies, private: unpublished, ...installed } = extension;
    return `${JSON.stringify(installed, null, 2)}\n`;
}

const escaped = text => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

function vsixManifest() {
    const { name, version, publisher, displayName, description, categories, keywords, engines, extensionKind } = extension;
    return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${name}" Version="${version}" Publisher="${publisher}"/>
    <DisplayName>${escaped(displayName)}</DisplayName>
    <Description xml:space="preserve">${escaped(description)}</Description>
    <Tags>${keywords.join(',')}</Tags>
    <Categories>${categories.join(',')}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${engines.vscode}"/>
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="${extensionKind.join(',')}"/>
    </Properties>
    <License>extension/LICENSE.txt</License>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code"/>
  </Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true"/>
  </Assets>
</PackageManifest>
`;
}

const CONTENT_TYPES = `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
  <Default Extension=".json" ContentType="application/json"/>
  <Default Extension=".js" ContentType="application/javascript"/>
  <Default Extension=".md" ContentType="text/markdown"/>
  <Default Extension=".txt" ContentType="text/plain"/>
  <Default Extension=".vsixmanifest" ContentType="text/xml"/>
</Types>
`;

const { code, inputs } = await bundle();
const target = path.join(here, 'target');
const file = path.join(target, `nfl-${extension.version}.vsix`);
mkdirSync(target, { recursive: true });
if (existsSync(file)) {
    rmSync(file);
}
writeFileSync(
    file,
    zip([
        ['[Content_Types].xml', CONTENT_TYPES],
        ['extension.vsixmanifest', vsixManifest()],
        ['extension/LICENSE.txt', read('../../LICENSE')],
        ['extension/README.md', read('README.md')],
        ['extension/ThirdPartyNotices.txt', notices(inputs)],
        ['extension/extension.js', code],
        ['extension/language-configuration.json', read('language-configuration.json')],
        ['extension/package.json', manifest()],
        ['extension/syntaxes/nfl.tmLanguage.json', read('syntaxes/nfl.tmLanguage.json')],
    ]),
);
console.log(path.relative(process.cwd(), file));
