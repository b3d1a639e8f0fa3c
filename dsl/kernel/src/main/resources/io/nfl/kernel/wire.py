"""What stands in a packet: headers, checksums, fragments; and packets with ports and addresses put in for others."""
import socket, struct


def be16(b, o): return b[o] << 8 | b[o + 1]
def be32(b, o): return struct.unpack_from(">I", b, o)[0]


def csum(b):
    if len(b) & 1:
        b = bytes(b) + b"\0"
    s = sum(struct.unpack(">%dH" % (len(b) // 2), bytes(b)))
    while s >> 16:
        s = (s & 0xFFFF) + (s >> 16)
    return ~s & 0xFFFF


def parse(b):
    """-> dict(ver, proto, src, dst, l4, fragoff, mf, end, fragid_at) or None"""
    try:
        v = b[0] >> 4
        if v == 4 and len(b) >= 20:
            off = be16(b, 6)
            return {"ver": 4, "proto": b[9], "src": socket.inet_ntoa(bytes(b[12:16])), "dst": socket.inet_ntoa(bytes(b[16:20])),
                    "l4": (b[0] & 15) * 4, "fragoff": (off & 0x1FFF) * 8, "mf": bool(off & 0x2000),
                    "end": min(len(b), be16(b, 2)), "whole": be16(b, 2) <= len(b), "fragid_at": None}
        if v == 6 and len(b) >= 40:
            r = {"ver": 6, "src": socket.inet_ntop(10, bytes(b[8:24])), "dst": socket.inet_ntop(10, bytes(b[24:40])),
                 "fragoff": 0, "mf": False, "fragid_at": None, "end": min(len(b), 40 + be16(b, 4)),
                 "whole": 40 + be16(b, 4) <= len(b)}
            n, o = b[6], 40
            while n in (0, 43, 44, 60) and o + 8 <= len(b):
                if n == 44:
                    f = be16(b, o + 2)
                    r["fragoff"], r["mf"], r["fragid_at"] = f & 0xFFF8, bool(f & 1), o + 4
                    n, o = b[o], o + 8
                    if r["fragoff"]:
                        break
                else:
                    n, o = b[o], o + 8 + b[o + 1] * 8
            r["proto"], r["l4"] = n, o
            return r
    except (IndexError, struct.error):
        pass
    return None


def is_icmp_error(p, b):
    if p["fragoff"] or p["l4"] + 8 > len(b):
        return False
    t = b[p["l4"]]
    return (p["proto"] == 1 and t in (3, 4, 5, 11, 12)) or (p["proto"] == 58 and t < 128)


def l4ports(p, b):
    """-> (sport, dport, offset of sport, offset of dport, offset of checksum) ; ICMP id: same offset twice"""
    o = p["l4"]
    if p["fragoff"] or o + 8 > len(b):
        if p["fragoff"] or o + 4 > len(b) or p["proto"] not in (6, 17, 132, 136, 33):
            return None
    if p["proto"] in (6, 17, 132, 136, 33):
        c = {6: o + 16, 17: o + 6, 136: o + 6}.get(p["proto"])
        return be16(b, o), be16(b, o + 2), o, o + 2, c if c and c + 2 <= len(b) else None
    if p["proto"] in (1, 58) and not is_icmp_error(p, b):
        return be16(b, o + 4), be16(b, o + 4), o + 4, o + 4, o + 2
    return None


def patch16(b, off, new, sums):
    old = be16(b, off)
    b[off:off + 2] = struct.pack(">H", new)
    for c, udp in sums:
        o = be16(b, c)
        if udp and o == 0:
            continue
        s = (~o & 0xFFFF) + (~old & 0xFFFF) + new
        while s >> 16:
            s = (s & 0xFFFF) + (s >> 16)
        n = ~s & 0xFFFF
        b[c:c + 2] = struct.pack(">H", 0xFFFF if udp and n == 0 else n)


def _crc_table():
    out = []
    for v in range(256):
        for _ in range(8):
            v = (v >> 1) ^ (0x82F63B78 if v & 1 else 0)
        out.append(v)
    return out


CRC32C = _crc_table()


def sctp_sum(seg):
    v = 0xFFFFFFFF
    for x in bytes(seg[:8]) + bytes(4) + bytes(seg[12:]):
        v = CRC32C[(v ^ x) & 255] ^ (v >> 8)
    return struct.pack("<I", v ^ 0xFFFFFFFF)


def l4_ok(b):
    """checksum validity of TCP/UDP/ICMP; None when it cannot be told"""
    p = parse(b)
    if not p or p["fragoff"] or p["mf"] or not p["whole"] or p["proto"] not in (1, 6, 17, 58):
        return None
    seg = bytes(b[p["l4"]:p["end"]])
    if p["proto"] == 17 and len(seg) >= 8 and seg[6:8] == b"\0\0":
        return True
    fam = socket.AF_INET if p["ver"] == 4 else 10
    ph = socket.inet_pton(fam, p["src"]) + socket.inet_pton(fam, p["dst"])
    ph += struct.pack(">BBH", 0, p["proto"], len(seg)) if p["ver"] == 4 else struct.pack(">II", len(seg), p["proto"])
    return csum((b"" if p["proto"] == 1 else ph) + seg) == 0


def substitute(raw, maps, outer_sum=None, base=0, buf=None):
    """apply the simulator->kernel port maps to a packet (and, in ICMP errors, to the quoted packet), checksums updated
    incrementally: what was wrong stays wrong."""
    b = bytearray(raw) if buf is None else buf
    view = b[base:]
    p = parse(view)
    if not p:
        return b
    extra = [outer_sum] if outer_sum else []
    if is_icmp_error(p, view):
        if buf is None:
            substitute(None, maps, (base + p["l4"] + 2, False), base + p["l4"] + 8, b)
        return b
    q = l4ports(p, view)
    if not q:
        return b
    sp, dp, o1, o2, c = q
    for m in maps:
        if m["proto"] != p["proto"]:
            continue
        ip, peer = m["ip"], m["peer"]
        for here, there, hp, tp, o in ((p["src"], p["dst"], sp, dp, o1), (p["dst"], p["src"], dp, sp, o2)):
            if here == ip and there == peer and hp == m["sim"] and (m["peerport"] is None or tp == m["peerport"]):
                sums = list(extra)
                if c is not None:
                    if extra:   # the quoted checksum itself is covered by the outer one
                        old = be16(b, base + c)
                        patch16(b, base + o, m["kernel"], [(base + c, p["proto"] in (17, 136))] + sums)
                        new = be16(b, base + c)
                        if new != old:
                            b[base + c:base + c + 2] = struct.pack(">H", old)
                            patch16(b, base + c, new, sums)
                    else:
                        patch16(b, base + o, m["kernel"], [(base + c, p["proto"] in (17, 136))])
                else:
                    o4, e4 = base + p["l4"], base + p["end"]
                    whole = p["proto"] == 132 and not p["mf"] and p["whole"] and e4 - o4 >= 12 and b[o4 + 8:o4 + 12] == sctp_sum(b[o4:e4])
                    patch16(b, base + o, m["kernel"], sums)
                    if whole:               # a sum over all, that no difference can mend
                        new = sctp_sum(b[o4:e4])
                        for n in (0, 2):
                            patch16(b, o4 + 8 + n, be16(new, n), sums)
                return b
    return b


def _fragment(b):
    """-> (what its fragments have in common, offset, header length) or None"""
    p = parse(b)
    if not p or not (p["fragoff"] or p["mf"]):
        return None
    if p["ver"] == 4:
        return (4, p["src"], p["dst"], p["proto"], be16(b, 4)), p["fragoff"], p["l4"]
    return (6, p["src"], p["dst"], bytes(b[p["fragid_at"]:p["fragid_at"] + 4])), p["fragoff"], p["fragid_at"] + 4


def substitute_all(packets, maps):
    """`substitute` for what left of one flow: fragments are put together, for a quote may reach into the second one"""
    done = [bytes(substitute(b, maps)) for b in packets]
    runs, i = [], 0
    while maps and i < len(packets):
        j, f = i, _fragment(packets[i])
        if f and f[1] == 0:
            end = 0
            while j < len(packets) and (g := _fragment(packets[j])) and g[0] == f[0] and g[1] == end:
                end += len(packets[j]) - g[2]
                j += 1
            if j - i > 1:
                runs.append((i, j, f[2]))
        i = max(j, i + 1)
    for i, j, h in runs:
        cuts = [_fragment(b)[2] for b in packets[i:j]]
        whole = bytearray(packets[i][:h]) + b"".join(b[c:] for b, c in zip(packets[i:j], cuts))
        at, size = (6, (2, len(whole))) if whole[0] >> 4 == 4 else (h - 6, (4, len(whole) - 40))
        whole[at:at + 2] = b"\0\0"           # no fragment any more
        whole[size[0]:size[0] + 2] = struct.pack(">H", size[1] & 0xFFFF)
        body, o = bytes(substitute(whole, maps))[h:], 0
        for n, c in zip(range(i, j), cuts):
            done[n] = packets[n][:c] + body[o:o + len(packets[n]) - c]
            o += len(packets[n]) - c
    return done


def mask_timestamps(b, p):
    o, e = p["l4"] + 20, p["l4"] + (b[p["l4"] + 12] >> 4) * 4
    while o < e and o < len(b):
        k = b[o]
        if k == 0:
            break
        if k == 1:
            o += 1
            continue
        if o + 1 >= len(b) or b[o + 1] < 2:
            break
        if k == 8 and b[o + 1] == 10:
            b[o + 2:o + 10] = bytes(8)
        o += b[o + 1]


def framed(scn):
    """devices whose packets have an Ethernet header"""
    return {i["name"] for i in scn.get("interfaces", []) if i.get("type") == "tap"}


def event_packet(scn, ev):
    """the IP packet of an event"""
    b = bytes.fromhex(ev["hex"])
    return b[14:] if ev["type"] == "in" and ev.get("iface") in framed(scn) else b


PN = {"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58, "sctp": 132, "gre": 47, "dccp": 33, "udplite": 136}


def show(b):
    p = parse(b)
    if not p:
        return bytes(b).hex()
    q = l4ports(p, b)
    pr = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmp6"}.get(p["proto"], "proto %d" % p["proto"])
    ttl = b[8] if p["ver"] == 4 else b[7]
    x = f"{p['src']}:{q[0]} > {p['dst']}:{q[1]} {pr}" if q else f"{p['src']} > {p['dst']} {pr}"
    if p["proto"] == 6 and q and len(b) > p["l4"] + 13:
        x += " [" + "".join(c for i, c in enumerate("FSRPAUEW") if b[p["l4"] + 13] >> i & 1) + f"] seq {be32(b, p['l4'] + 4)} ack {be32(b, p['l4'] + 8)}"
    if p["proto"] in (1, 58) and p["l4"] + 2 <= len(b):
        x += f" {b[p['l4']]}/{b[p['l4'] + 1]}"
        if is_icmp_error(p, b):
            x += " [" + show(b[p["l4"] + 8:]) + "]"
    return x + f" ttl {ttl} len {len(b)}" + (f" frag {p['fragoff']}{'+' if p['mf'] else ''}" if p["fragoff"] or p["mf"] else "")
