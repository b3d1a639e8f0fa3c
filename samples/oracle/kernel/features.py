"""What is in a scenario: words for rules, routes, settings and events, and which rules the kernel says were matched."""
import re

import product
import compare as C
import wire
from servers import NEEDS_CT


SHORT = {"--source": "-s", "--src": "-s", "--destination": "-d", "--dst": "-d", "--in-interface": "-i", "--out-interface": "-o", "--protocol": "-p",
         "--proto": "-p", "--match": "-m", "--jump": "-j", "--goto": "-g", "--fragment": "-f"}


def rule_features(txt, fam):
    f, table = set(), None
    users = set(re.findall(r"^:(\S+) -", txt, re.M))
    for l in txt.split("\n"):
        if l.startswith("*"):
            table = l[1:].strip()
        if l.startswith(":") and " DROP" in l:
            f.add("policy DROP")
        if not l.startswith("-A "):
            continue
        w = [SHORT.get(x, x) for x in l.split()]
        ch = w[1]
        f.add(f"{table}/{ch if ch not in users else '(user chain)'}")
        i = 2
        while i < len(w):
            x, n = w[i], w[i + 1] if i + 1 < len(w) else ""
            if x == "!":
                f.add("negation")
            elif x == "-m":
                f.add("match " + n)
            elif x == "-p":
                f.add("proto " + n)
            elif x in ("-i", "-o"):
                f.add("match " + x + (" wildcard" if n.endswith("+") else "") + (" in user chain" if ch in users else ""))
            elif x in ("-s", "-d"):
                f.add("match " + x)
            elif x == "-f":
                f.add("match -f")
            elif x == "-g":
                f.add("goto")
            elif x == "--ctstate":
                for y in n.split(","):
                    f.add("ctstate " + y)
            elif x.startswith("--ct") or x in ("--tcp-flags", "--syn", "--tcp-option", "--set", "--rcheck", "--update", "--remove"):
                f.add("option " + x)
            elif x == "-j":
                if n in users:
                    f.add("jump")
                else:
                    f.add("target " + n)
                    rest = " ".join(w[i + 2:])
                    for o in ("--save-mark", "--restore-mark", "--set-mark", "--set-xmark", "--and-mark", "--or-mark", "--xor-mark", "--persistent", "--random", "--notrack",
                              "--zone", "--zone-orig", "--zone-reply", "--clamp-mss-to-pmtu", "--set-mss", "--nfmask"):
                        if o + " " in rest + " ":
                            f.add(f"target {n} {o}")
                    m = re.search(r"--reject-with (\S+)", rest)
                    if m:
                        f.add("target REJECT " + m[1])
                    m = re.search(r"--to-(?:source|destination) (\S+)", rest)
                    if m:
                        if re.search(r":\d+-\d+$", m[1]):
                            f.add(f"target {n} port range")
                        elif "-" in m[1]:
                            f.add(f"target {n} address range")
                        elif re.search(r"(\]|\d+\.\d+):\d+$", m[1]):
                            f.add(f"target {n} port")
                i += 1
            i += 1
    return f


def features(scn):
    f = set()
    for k, fam in (("iptables", "ipv4"), ("ip6tables", "ipv6")):
        if scn.get(k):
            f.add(fam)
            f |= rule_features(scn[k], fam)
            f |= set(fam + " table " + t for t in re.findall(r"^\*(\w+)", scn[k], re.M))
    if not NEEDS_CT.search((scn.get("iptables") or "") + (scn.get("ip6tables") or "")):
        f.add("conntrack off")
    ip = scn.get("ip", [])
    for l in ip.split("\n") if isinstance(ip, str) else ip:
        w = l.split()
        if "route" in w[:2]:
            for x in ("unreachable", "prohibit", "blackhole", "throw", "local", "metric", "src", "table", "mtu", "nexthop"):
                if x in w:
                    f.add("route " + x)
            if "default" in w:
                f.add("route default")
        elif "rule" in w[:2]:
            for x in ("fwmark", "from", "to", "iif", "oif", "ipproto", "tos", "not", "unreachable", "prohibit", "blackhole", "suppress_prefixlength"):
                if x in w:
                    f.add("ip rule " + x)
    for k, v in scn.get("sysctls", {}).items():
        n = k.split(".")[-1]
        if n in ("ip_forward", "forwarding") and str(v) == "1" or str(v) == "0" and n not in ("ip_forward", "forwarding", "nf_conntrack_tcp_loose"):
            continue
        f.add(f"sysctl {n}={v}")
    for e in scn["events"]:
        t = e["type"]
        if t == "advance":
            f.add("event advance " + e.get("how", "ct"))
            continue
        if "hex" in e:
            b = wire.event_packet(scn, e)
            p = wire.parse(b)
            if not p:
                f.add(f"event {t} odd")
                continue
            n = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6"}.get(p["proto"], "other protocol")
            if p["fragoff"] or p["mf"]:
                n = "fragment"
            elif wire.is_icmp_error(p, b):
                n += " error"
            if (b[8] if p["ver"] == 4 else b[7]) == 1:
                f.add("event ttl 1")
            f.add(f"event {t} {n}")
        else:
            f.add("event " + t)
    for k in ("sink", "listeners", "commands"):
        if scn.get(k):
            f.add(k)
    return f


def hit_features(scn, kernel):
    """features of the rules that the kernel's counters say were matched"""
    f = set()
    for key, v in (("iptables", "v4"), ("ip6tables", "v6")):
        lines = ((kernel or {}).get("counters") or {}).get(v)
        if not scn.get(key) or not lines:
            continue
        cnt, table, n, users = C.parse_counters(lines), None, {}, []
        for l in scn[key].split("\n"):
            if l.startswith("*"):
                table, users = l[1:].strip(), []
            elif l.startswith(":") and " - " in l + " ":
                users.append(l)
            elif l.startswith("-A "):
                ch = l.split()[1]
                i = n[(table, ch)] = n.get((table, ch), -1) + 1
                rules = cnt.get(table, {}).get(ch, [None, []])[1]
                if i < len(rules) and rules[i][0]:
                    f |= rule_features("\n".join(["*" + table] + users + [l]), v)
    return f
