// SPDX-License-Identifier: Apache-2.0
// A zip file of texts and bytes, dated with the first day that zip knows.
import { deflateRawSync } from 'node:zlib';

const FIRST_DAY = 0x0021; // 1 January 1980
const VERSION = 20; // deflate
const UTF8 = 0x0800;

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) {
        crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
    }
    return crc >>> 0;
});

function crc32(bytes) {
    let crc = 0xffffffff;
    for (const byte of bytes) {
        crc = CRC[(crc ^ byte) & 0xff] ^ (crc >>> 8);
    }
    return (crc ^ 0xffffffff) >>> 0;
}

/** What local and central header have in common. */
function common({ crc, packed, size, name }) {
    const header = Buffer.alloc(26);
    header.writeUInt16LE(VERSION, 0);
    header.writeUInt16LE(UTF8, 2);
    header.writeUInt16LE(8, 4); // deflated
    header.writeUInt16LE(0, 6);
    header.writeUInt16LE(FIRST_DAY, 8);
    header.writeUInt32LE(crc, 10);
    header.writeUInt32LE(packed, 14);
    header.writeUInt32LE(size, 18);
    header.writeUInt16LE(name.length, 22);
    return header;
}

const signed = (signature, ...rest) => {
    const begin = Buffer.alloc(4);
    begin.writeUInt32LE(signature);
    return Buffer.concat([begin, ...rest]);
};

/** @param entries pairs of name and content, in the order of the file */
export function zip(entries) {
    const parts = [];
    const directory = [];
    let offset = 0;
    for (const [path, content] of entries) {
        const bytes = Buffer.from(content);
        const packed = deflateRawSync(bytes, { level: 9 });
        const name = Buffer.from(path);
        const header = common({ crc: crc32(bytes), packed: packed.length, size: bytes.length, name });
        const local = signed(0x04034b50, header, name, packed);
        const place = Buffer.alloc(14);
        place.writeUInt32LE(offset, 10);
        const madeBy = Buffer.alloc(2);
        madeBy.writeUInt16LE(VERSION);
        directory.push(signed(0x02014b50, madeBy, header, place, name));
        parts.push(local);
        offset += local.length;
    }
    const central = Buffer.concat(directory);
    const end = Buffer.alloc(18);
    end.writeUInt16LE(entries.length, 4);
    end.writeUInt16LE(entries.length, 6);
    end.writeUInt32LE(central.length, 8);
    end.writeUInt32LE(offset, 12);
    return Buffer.concat([...parts, central, signed(0x06054b50, end)]);
}
