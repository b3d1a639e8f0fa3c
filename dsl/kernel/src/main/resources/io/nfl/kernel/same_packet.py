"""Whether two packets are the same but for what the kernel chooses: drawn ports, sequence numbers, ids, clocks."""
import ipaddress, re

from wire import be16, be32, csum, framed, is_icmp_error, l4_ok, mask_timestamps, parse, substitute


class Ctx:
    def __init__(self, scn):
        self.maps = []            # {proto, ip, sim, kernel, peer, peerport}
        self.pick = {}            # (family, zone, orig) -> (sim, kernel)
        self.isn = ({}, {})       # kernel, sim: (src,sport,dst,dport) -> isn
        self.adv = 0
        self.random_ports = 0
        self.local = {a.split("/")[0] for i in scn.get("interfaces", []) for a in i.get("addresses", [])}
        self.local |= {a.split("/")[0] for a in scn.get("lo_addresses", [])}
        ip = scn.get("ip", [])
        self.local_nets = [ipaddress.ip_network(n, False) for l in (ip.split("\n") if isinstance(ip, str) else ip)
                           for n in re.findall(r"route \w+ local ([0-9a-f.:/]+)", l)]
        txt = (scn.get("iptables") or "") + (scn.get("ip6tables") or "")
        self.framed = framed(scn)
        self.anyrandom = bool(re.search(r"--random", txt))
        self.bysrc = {}
        self.quoting = set()      # flows whose ICMP error quotes a packet of the host
        # a single port in a rule is no random choice
        self.singles = {int(x) for x in re.findall(r"(?:--to-ports |--to-source \S*[\].\d]:)(\d+)(?![\d-])", txt)}
        self.ranges = [(int(a), int(b)) for a, b in
                       re.findall(r"(?:--to-ports |--to-(?:source|destination) \S*:)(\d+)-(\d+)", txt)]

    def begin(self, flows, given):
        """learns which errors of an event quote a packet that the host made: on the way out NAT may turn the quoted source
        into another's (given: the first flow is the scenario's own packet)"""
        self.quoting = set()
        for j, f in enumerate(flows):
            for step in f.get("path", []):
                b = bytes.fromhex(step.get("hex", ""))
                p = parse(b) if b and f["origin"] == "local" and not (given and j == 0) else None
                q = parse(b[p["l4"] + 8:]) if p and is_icmp_error(p, b) else None
                if q and self.is_local(q["src"]):
                    self.quoting |= {j, None}

    def host_made(self, flow, quoted):
        return self.is_local(quoted["src"]) or flow in self.quoting

    def is_local(self, address):
        return address in self.local or any(ipaddress.ip_address(address) in n for n in self.local_nets)


def class_ok(ctx, proto, orig, k, s):
    if proto in ("icmp", "icmpv6", 1, 58):
        return True
    for lo, hi in ctx.ranges:
        if lo <= k <= hi:
            return lo <= s <= hi
    lo, hi = (1, 511) if orig < 512 else (600, 1023) if orig < 1024 else (1024, 65535)
    if lo <= k <= hi:
        return lo <= s <= hi
    return False


def packet_equal(kb, sb, ctx, kmade, rawfirst_id=None, mapped=None, flow=None):
    """-> None if equal (modulo), else a short reason; mapped: the simulator's packet after the substitution"""
    if kb == sb:
        return None
    s = bytearray(substitute(sb, ctx.maps) if mapped is None else mapped)
    k = bytearray(kb)
    if s == k:
        return None
    pk, ps = parse(k), parse(s)
    if not pk or not ps:
        return first_diff(kb, sb)
    if pk["ver"] == 6 and ps["ver"] == 6 and pk["fragid_at"] and ps["fragid_at"]:
        s[ps["fragid_at"]:ps["fragid_at"] + 4] = k[pk["fragid_at"]:pk["fragid_at"] + 4]
    if kmade and pk["ver"] == ps["ver"] and len(k) == len(s):
        if pk["ver"] == 4:
            if not rawfirst_id:
                for x in (k, s):
                    ok = csum(x[:(x[0] & 15) * 4]) == 0
                    x[4:6] = b"\0\0"
                    x[10:12] = b"\0\0" if ok else b"\xba\xd0"
        else:
            for x in (k, s):
                x[1] &= 0xF0
                x[2:4] = b"\0\0"
        if pk["proto"] == ps["proto"] == 6 and not pk["fragoff"] and len(k) >= pk["l4"] + 20:
            key = (pk["src"], be16(k, pk["l4"]), pk["dst"], be16(k, pk["l4"] + 2))
            rkey = key[2:] + key[:2]
            o = pk["l4"]
            kv, sv = l4_ok(kb), l4_ok(sb)
            ki, si = ctx.isn
            if k[o + 13] & 2:
                ki[key] = be32(k, o + 4)
            if s[o + 13] & 2:
                si[key] = be32(s, o + 4)
            if key in ki and key in si and (be32(k, o + 4) - ki[key]) & 0xFFFFFFFF == (be32(s, o + 4) - si[key]) & 0xFFFFFFFF:
                s[o + 4:o + 8] = k[o + 4:o + 8]
            if rkey in ki and rkey in si and (be32(k, o + 8) - ki[rkey]) & 0xFFFFFFFF == (be32(s, o + 8) - si[rkey]) & 0xFFFFFFFF:
                s[o + 8:o + 12] = k[o + 8:o + 12]
            mask_timestamps(k, pk)
            mask_timestamps(s, pk)
            if kv == sv:
                s[o + 16:o + 18] = k[o + 16:o + 18]
        if pk["ver"] == 4 and pk["proto"] == ps["proto"] == 1 and k[pk["l4"]] == s[ps["l4"]] == 14 and len(k) >= pk["l4"] + 20 and l4_ok(kb) == l4_ok(sb):
            for x in (k, s):              # timestamp reply: time of day
                x[pk["l4"] + 2:pk["l4"] + 4] = b"\0\0"
                x[pk["l4"] + 12:pk["l4"] + 20] = bytes(8)
        if is_icmp_error(pk, k) and is_icmp_error(ps, s) and pk["l4"] == ps["l4"]:
            i = pk["l4"] + 8
            ik, is_ = parse(k[i:]), parse(s[i:])
            if ik and is_ and ik["ver"] == is_["ver"] == 4 and ctx.host_made(flow, ik) and is_["src"] == ik["src"]:
                if l4_ok(kb) == l4_ok(sb):
                    for x in (k, s):
                        x[i + 4:i + 6] = x[i + 10:i + 12] = b"\0\0"
                        x[pk["l4"] + 2:pk["l4"] + 4] = b"\0\0"
            if ik and is_ and ik["ver"] == is_["ver"] == 6 and ctx.host_made(flow, ik) and is_["src"] == ik["src"]:
                if l4_ok(kb) == l4_ok(sb):
                    for x in (k, s):
                        x[i + 1] &= 0xF0
                        x[i + 2:i + 4] = b"\0\0"
                        x[pk["l4"] + 2:pk["l4"] + 4] = b"\0\0"
            if ik and is_ and ik["proto"] == is_["proto"] == 6 and l4_ok(kb) == l4_ok(sb) and ctx.host_made(flow, ik):
                quoted_stream(k, s, i + ik["l4"], ik, ctx)
                k[pk["l4"] + 2:pk["l4"] + 4] = s[pk["l4"] + 2:pk["l4"] + 4]
    if s == k:
        return None
    return first_diff(bytes(k), bytes(s))


def quoted_stream(k, s, o, p, ctx):
    """in a quote of a segment that the host made: its sequence number by the initial one, its sum and timestamps not at all"""
    if min(len(k), len(s)) < o + 8:
        return
    key = (p["src"], be16(k, o), p["dst"], be16(k, o + 2))
    ki, si = ctx.isn
    if key in ki and key in si and (be32(k, o + 4) - ki[key]) & 0xFFFFFFFF == (be32(s, o + 4) - si[key]) & 0xFFFFFFFF:
        s[o + 4:o + 8] = k[o + 4:o + 8]
        if min(len(k), len(s)) >= o + 20:
            s[o + 16:o + 18] = k[o + 16:o + 18]
            for x in (k, s):
                mask_timestamps(x, {"l4": o})


def first_diff(k, s):
    if len(k) != len(s):
        return "length %d vs %d" % (len(k), len(s))
    names4 = {0: "version/ihl", 1: "tos", 2: "total length", 3: "total length", 4: "ip id", 5: "ip id", 6: "frag", 7: "frag", 8: "ttl",
              9: "protocol", 10: "ip checksum", 11: "ip checksum", 12: "src", 13: "src", 14: "src", 15: "src", 16: "dst", 17: "dst",
              18: "dst", 19: "dst"}
    bad = [i for i in range(len(k)) if k[i] != s[i]]
    p = parse(k)
    lab = []
    for i in bad:
        n = None
        if p and p["ver"] == 4 and i < 20:
            n = names4[i]
        elif p and p["ver"] == 6 and i < 40:
            n = "traffic class/flow label" if i < 4 else "length" if i < 6 else "next header" if i == 6 else "hop limit" if i == 7 \
                else "src" if i < 24 else "dst"
        elif p and i >= p["l4"]:
            r = i - p["l4"]
            t = {6: ["sport", "sport", "dport", "dport"] + ["seq"] * 4 + ["ack"] * 4 + ["doff", "flags", "window", "window", "tcp checksum",
                     "tcp checksum", "urgent", "urgent"], 17: ["sport", "sport", "dport", "dport", "udp length", "udp length",
                     "udp checksum", "udp checksum"], 1: ["icmp type", "icmp code", "icmp checksum", "icmp checksum", "icmp id", "icmp id",
                     "icmp seq", "icmp seq"]}
            t[58] = t[1]
            t = t.get(p["proto"], [])
            n = t[r] if r < len(t) else ("quoted packet+%d" % (r - 8) if is_icmp_error(p, k) else "payload")
        n = n or "byte %d" % i
        if n not in lab:
            lab.append(n)
    return ", ".join(lab[:8])
