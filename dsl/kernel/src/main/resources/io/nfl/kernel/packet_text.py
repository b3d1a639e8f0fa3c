"""A packet in one line, for people."""
import socket, struct

from ct_netlink import be16, be32
from wire import csum


def text(b):
    try:
        if b[0] >> 4 == 4:
            ihl = (b[0] & 15) * 4
            p, src, dst, off = b[9], socket.inet_ntoa(b[12:16]), socket.inet_ntoa(b[16:20]), be16(b[6:8])
            tot = be16(b[2:4])
            l4, t = b[ihl:tot], "ttl %d" % b[8] + (" tos 0x%02x" % b[1] if b[1] else "")
            good = "" if csum(b[:ihl]) == 0 else " BADIPSUM"
            ph = b[12:20] + struct.pack(">BBH", 0, p, len(l4))
            frag = " frag off=%d mf=%d" % ((off & 0x1FFF) * 8, off >> 13 & 1) if off & 0x3FFF else ""
            whole = tot <= len(b) and not frag
        elif b[0] >> 4 == 6:
            p, src, dst = b[6], socket.inet_ntop(10, b[8:24]), socket.inet_ntop(10, b[24:40])
            l4, t, good, frag = b[40:40 + be16(b[4:6])], "hlim %d" % b[7], "", ""
            ph = b[8:40] + struct.pack(">II", len(l4), p)
            whole = 40 + be16(b[4:6]) <= len(b)
        else:
            return "?"
        if frag and off & 0x1FFF:
            return f"{src} > {dst} proto {p}{frag} {t}{good}"
        if p in (6, 17) and len(l4) >= 8:
            sp, dp = be16(l4[0:2]), be16(l4[2:4])
            if p == 6:
                fl = "".join(c for i, c in enumerate("FSRPAUEW") if l4[13] >> i & 1)
                x = f"tcp [{fl}] seq {be32(l4[4:8])} ack {be32(l4[8:12])} len {len(l4) - (l4[12] >> 4) * 4}"
                bad = csum(ph + l4) != 0
            else:
                x = f"udp len {len(l4) - 8}"
                bad = be16(l4[6:8]) != 0 and csum(ph + l4) != 0
            if whole and bad:
                good += " BADL4SUM"
            return f"{src}:{sp} > {dst}:{dp} {x} {t}{frag}{good}"
        if p in (1, 58) and len(l4) >= 8:
            ty, co = l4[0], l4[1]
            if whole and csum((ph if p == 58 else b"") + l4) != 0:
                good += " BADL4SUM"
            x = f"icmp{'6' if p == 58 else ''} {ty}/{co}"
            err = ty in (3, 4, 5, 11, 12) if p == 1 else ty < 128
            x += " [" + text(l4[8:]).replace(" BADL4SUM", "") + "]" if err else f" id {be16(l4[4:6])} seq {be16(l4[6:8])}"
            return f"{src} > {dst} {x} {t}{frag}{good}"
        return f"{src} > {dst} proto {p} {t}{frag}{good}"
    except Exception as e:
        return "short/odd packet"
