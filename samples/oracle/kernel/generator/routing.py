"""Scenarios about routing: tables, rules, source validation, source selection, addrtype, rpfilter."""
import pkt

NETS4 = ["10.1.0.0/16", "10.1.2.0/24", "10.1.2.128/25", "10.1.2.200/32", "10.2.0.0/16", "10.2.3.0/24", "198.51.100.0/24", "172.16.0.0/12", "172.16.5.0/24", "default", "100.64.0.0/10", "127.5.0.0/16", "192.168.1.77/32", "203.0.113.128/25"]
PICK4 = ["10.1.0.1", "10.1.2.3", "10.1.2.130", "10.1.2.200", "10.2.9.9", "10.2.3.4", "198.51.100.5", "172.16.5.5", "172.17.0.1", "8.8.8.8", "100.64.3.3", "192.168.1.77", "203.0.113.200", "192.168.1.10", "203.0.113.9", "198.18.0.9"]
ODD4 = ["203.0.113.2", "203.0.113.3", "192.168.1.1", "198.18.0.2", "127.0.0.1", "127.5.1.1", "0.0.0.0", "0.1.2.3", "255.255.255.255", "203.0.113.255", "192.168.1.255", "203.0.113.0", "192.168.1.0", "224.0.0.1", "224.0.0.9", "239.1.1.1", "240.0.0.1", "10.9.9.9"]
GW = {"eth0": ["203.0.113.1", "203.0.113.77", "100.100.0.1"], "eth1": ["192.168.1.254", "192.168.1.77"], "eth2": ["198.18.0.1"]}
SRC = {"eth0": ["203.0.113.2", "203.0.113.3"], "eth1": ["192.168.1.1"], "eth2": ["198.18.0.2"]}


def route(r, tables, twice):
    t = r.choice(tables)
    net = r.choice(NETS4)
    k = r.random()
    if k < 0.25:
        s = f"{r.choice(['unreachable', 'prohibit', 'blackhole', 'throw'])} {net}"
    elif k < 0.3:
        net = r.choice(["10.9.9.0/24", "10.1.2.0/24"])
        s = f"local {net} dev {r.choice(['lo', 'eth1'])}"
    else:
        d = r.choice(list(GW))
        s = net + (f" via {r.choice(GW[d])} dev {d}" if r.random() < 0.8 else f" dev {d}")
        if r.random() < 0.2:
            s += " src " + r.choice([s for device in SRC.values() for s in device if s != "203.0.113.3" or twice])
        if r.random() < 0.1:
            s += " mtu %d" % r.choice([600, 1280, 1400])
    m = r.choice([0, 0, 0, 10, 20])
    tos = r.choice([0, 0, 0, 0, 8, 0x10])
    if m:
        s += f" metric {m}"
    if tos:
        s += f" tos 0x{tos:x}"
    if t != 254:
        s += f" table {t}"
    return (net, t, m, tos), "route add " + s


def rule(r, pref):
    s = ["not"] if r.random() < 0.1 else []
    n = r.random()
    for sel in r.sample(["fwmark", "from", "to", "iif", "tos", "ipproto", "dport", "uid", "oif"], r.choice([0, 1, 1, 1, 2])):
        if sel == "fwmark":
            s.append("fwmark " + r.choice(["1", "2", "0x10/0xf0", "1/1"]))
        elif sel == "from":
            s.append("from " + r.choice(["192.168.1.0/24", "192.168.1.10", "10.1.0.0/16", "203.0.113.2", "198.18.0.2", "0.0.0.0/1"]))
        elif sel == "to":
            s.append("to " + r.choice(["10.0.0.0/8", "10.1.2.0/24", "198.51.100.5", "192.168.1.0/24"]))
        elif sel == "iif":
            s.append("iif " + r.choice(["lo", "eth0", "eth1", "eth2", "nix0"]))
        elif sel == "oif":
            s.append("oif " + r.choice(["eth0", "eth1"]))
        elif sel == "tos":
            s.append("tos " + r.choice(["0x08", "0x10"]))
        elif sel == "ipproto":
            s.append("ipproto " + r.choice(["udp", "tcp", "icmp"]))
        elif sel == "dport":
            s.append("dport " + r.choice(["53", "9-100", "80"]))
        elif sel == "uid":
            s.append("uidrange " + r.choice(["0-0", "1-1000", "0-4294967294"]))
    k = r.random()
    if k < 0.65:
        s.append(f"table {r.choice([100, 101, 254, 77])}")
        if r.random() < 0.25:
            s.append(f"suppress_prefixlength {r.choice([0, 8, 16, 24])}")
    elif k < 0.75:
        s.append(f"goto {pref + r.choice([1, 2, 3, 50])}")
    else:
        s.append(r.choice(["unreachable", "prohibit", "blackhole"]))
    return f"rule add {' '.join(s)} pref {pref}"


def scenario(seed, r):
    if r.random() < 0.25:
        return scenario6(seed, r)
    ifs = [{"name": "eth0", "addresses": ["203.0.113.2/24"] + r.choice([[], ["203.0.113.3/24"], ["203.0.113.3/24", "100.100.0.2/16"], ["100.100.0.2/16"]])},
           {"name": "eth1", "addresses": ["192.168.1.1/24"]}, {"name": "eth2", "addresses": ["198.18.0.2/" + r.choice(["24", "31", "32", "30"])]}]
    sysctls = {"net.ipv4.ip_forward": r.choice([1, 1, 1, 1, 0])}
    for n, vs in (("rp_filter", [0, 1, 2]), ("src_valid_mark", [0, 1]), ("accept_local", [0, 1]), ("route_localnet", [0, 1]), ("send_redirects", [0, 1]), ("forwarding", [0, 1]), ("shared_media", [0, 1])):
        for d in ("all", "eth0", "eth1", "eth2"):
            if r.random() < 0.12 and not (n == "forwarding" and d == "all"):
                sysctls[f"net.ipv4.conf.{d}.{n}"] = r.choice(vs)
    if r.random() < 0.1:
        sysctls["net.ipv4.icmp_errors_use_inbound_ifaddr"] = 1
    tables = [254, 254, 100, 101]
    seen, ip = set(), []
    if r.random() < 0.7:
        ip.append("route add default via 203.0.113.1 dev eth0"); seen.add(("default", 254, 0, 0))
    for _ in range(r.randint(0, 8)):
        k, s = route(r, tables, any("203.0.113.3/24" in i["addresses"] for i in ifs))
        if k in seen or "198.18.0.1" in s and ifs[2]["addresses"][0][-2:] in ("31", "32") or "100.100.0.1" in s and len([a for a in ifs[0]["addresses"] if a.startswith("100.")]) == 0:
            continue
        seen.add(k); ip.append(s)
    if r.random() < 0.6:
        p = 100
        for _ in range(r.randint(1, 5)):
            ip.append(rule(r, p)); p += r.choice([0, 1, 1, 10])
    rules = ["*mangle"] + [f":{c} ACCEPT [0:0]" for c in ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING")]
    rules += ["-A PREROUTING -p udp --dport 54 -j MARK --set-mark 1", "-A PREROUTING -p udp --dport 55 -j MARK --set-mark 2",
              "-A OUTPUT -p udp --dport 54 -j MARK --set-mark 1", "-A OUTPUT -p udp --dport 56 -j TOS --set-tos 0x10"]
    for _ in range(r.randint(0, 4)):
        m = r.choice(["-m rpfilter", "-m rpfilter --invert", "-m rpfilter --loose", "-m rpfilter --validmark", "-m rpfilter --accept-local --loose", "-m rpfilter --invert --accept-local"])
        rules.append(f"-A PREROUTING {m}")
    for _ in range(r.randint(0, 4)):
        side = r.choice(["--src-type", "--dst-type"])
        ty = r.choice(["LOCAL", "UNICAST", "BROADCAST", "MULTICAST", "LOCAL,BROADCAST", "UNREACHABLE", "BLACKHOLE", "ANYCAST"])
        inv = r.choice(["", "! "])
        lim = r.choice(["", "", "--limit-iface-in"])
        rules.append(f"-A PREROUTING -m addrtype {inv}{side} {ty} {lim}")
    rules += ["-A FORWARD -o eth0", "-A FORWARD -o eth1", "-A FORWARD -o eth2", "COMMIT"]
    if r.random() < 0.3:
        rules += ["*nat"] + [f":{c} ACCEPT [0:0]" for c in ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING")] + ["-A POSTROUTING -p udp -j MASQUERADE"]
        if r.random() < 0.5:
            rules.append("-A PREROUTING -p udp --dport 9 -j DNAT --to-destination " + r.choice(["10.1.2.3", "127.0.0.1", "192.168.1.1"]))
        if r.random() < 0.5:
            rules.append("-A OUTPUT -p udp --dport 9 -j DNAT --to-destination " + r.choice(["10.1.2.3", "127.0.0.1", "198.51.100.5"]))
        rules.append("COMMIT")
    ev = []
    for i in range(r.randint(4, 14)):
        k = r.random()
        a = r.choice(PICK4) if r.random() < 0.75 else r.choice(ODD4)
        b = r.choice(PICK4) if r.random() < 0.75 else r.choice(ODD4)
        port = r.choice([53, 54, 55, 56, 9, 80])
        if k < 0.75:
            dev = r.choice(["eth0", "eth1", "eth1", "eth2"])
            if r.random() < 0.4:
                a = {"eth0": "203.0.113.9", "eth1": "192.168.1.10", "eth2": "198.18.0.9"}[dev]
            ev.append({"type": "in", "iface": dev, "hex": packet4(r, a, b, 1000 + i, port)})
        elif k < 0.95:
            e = {"type": "udp_send", "dst": b if b not in ("255.255.255.255",) else "10.1.2.3", "dport": port, "sport": 3000 + i, "data": "aa"}
            if r.random() < 0.3:
                e["src"] = r.choice(["203.0.113.2", "192.168.1.1", "198.18.0.2", "127.0.0.1"])
            if r.random() < 0.3:
                e["mark"] = r.choice([1, 2, 0x15])
            ev.append(e)
        else:
            e = {"type": "out", "hex": packet4(r, r.choice(["203.0.113.2", "192.168.1.1", "9.9.9.9"]), b, 4000 + i, port, ident=77)}
            if r.random() < 0.3:
                e["oif"] = r.choice(["eth0", "eth1"])
            ev.append(e)
    return {"name": f"routing-{seed}", "interfaces": ifs, "sysctls": sysctls, "ip": ip, "iptables": "\n".join(rules) + "\n", "events": ev, "x_fresh": True}


def packet4(r, a, b, sport, dport, ident=1):
    k, common = r.random(), dict(ttl=r.choice([64, 64, 64, 1, 2]), tos=r.choice([0, 0, 0, 8, 0x10, 0xB8]), ipid=ident, df=r.random() < 0.5)
    if k < 0.8:
        return pkt.ip4(a, b, "udp", sport=sport, dport=dport, data=b"x" * r.choice([1, 1, 1, 700, 1300]), **common).hex()
    return pkt.ip4(a, b, "icmp", id=sport, data=b"abcd", **common).hex()


NETS6 = ["2001:db8:a::/48", "2001:db8:a:1::/64", "2001:db8:a:1::9/128", "2001:db8:b::/48", "2000::/3", "default", "fd00:5::/32", "2001:db8:2:0:8000::/65"]
PICK6 = ["2001:db8:a::1", "2001:db8:a:1::5", "2001:db8:a:1::9", "2001:db8:b::1", "2400::1", "fd00:5::1", "fd00:6::1", "2001:db8:1::9", "2001:db8:2::10", "2001:db8:2:0:8000::1", "2001:db8:3::5"]
ODD6 = ["2001:db8:1::2", "2001:db8:2::1", "2001:db8:2::", "::1", "::", "ff02::1", "ff02::2", "ff02::9", "ff05::2", "ff0e::1", "fe80::1", "fd00:1::1", "::5"]
GW6 = {"eth0": "2001:db8:1::1", "eth1": "2001:db8:2::fe", "eth2": "2001:db8:3::1"}


def scenario6(seed, r):
    ifs = [{"name": "eth0", "addresses": ["2001:db8:1::2/64"] + r.choice([[], ["fd00:1::2/64"], ["2001:db8:1::3/64"]])},
           {"name": "eth1", "addresses": ["2001:db8:2::1/64"] + r.choice([[], ["fd00:1:1::1/64"]])}, {"name": "eth2", "addresses": ["2001:db8:3::2/" + r.choice(["64", "127", "128"])]}]
    sysctls = {"net.ipv6.conf.all.forwarding": r.choice([1, 1, 1, 1, 0])}
    ip, seen = [], set()
    for _ in range(r.randint(0, 7)):
        net, t, m = r.choice(NETS6), r.choice([254, 254, 100]), r.choice([0, 0, 10, 2000])
        if (net, t, m) in seen:
            continue
        seen.add((net, t, m))
        k = r.random()
        d = r.choice(["eth0", "eth1"])
        if k < 0.25:
            s = f"{r.choice(['unreachable', 'prohibit', 'blackhole', 'throw'])} {net}"
        else:
            s = net + (f" via {GW6[d]} dev {d}" if r.random() < 0.8 else f" dev {d}")
            if r.random() < 0.15:
                s += " src " + r.choice(["2001:db8:1::2", "2001:db8:2::1"])
        if m:
            s += f" metric {m}"
        if t != 254:
            s += f" table {t}"
        ip.append(("" if ":" in s else "-6 ") + "route add " + s)
    p = 100
    for _ in range(r.choice([0, 0, 1, 2, 3])):
        sel = r.choice(["from 2001:db8:2::/64", "from 2001:db8:1::2", "to 2001:db8:a::/48", "from 2001:db8:2::/64 fwmark 1", "from ::/1 ipproto udp dport 54",
                       "iif eth1", "iif lo to 2400::/16", "not from 2001:db8:2::/64", "tos 0x08", "oif eth0", "uidrange 0-1000 dport 80"])
        ip.append(f"-6 rule add {sel} {r.choice(['table 100', 'table 254 suppress_prefixlength 48', 'prohibit', 'unreachable', 'blackhole', 'table 99'])} pref {p}")
        p += r.choice([0, 1, 10])
    rules = ["*mangle"] + [f":{c} ACCEPT [0:0]" for c in ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING")]
    rules += ["-A PREROUTING -p udp --dport 54 -j MARK --set-mark 1", "-A OUTPUT -p udp --dport 54 -j MARK --set-mark 1"]
    for _ in range(r.randint(0, 3)):
        rules.append("-A PREROUTING " + r.choice(["-m rpfilter", "-m rpfilter --invert", "-m rpfilter --loose", "-m rpfilter --accept-local"]))
    for _ in range(r.randint(0, 3)):
        rules.append(f"-A PREROUTING -m addrtype {r.choice(['', '! '])}{r.choice(['--src-type', '--dst-type'])} {r.choice(['LOCAL', 'MULTICAST', 'UNICAST', 'ANYCAST', 'UNREACHABLE', 'UNSPEC', 'LOCAL,UNICAST'])}")
    rules.append("COMMIT")
    if r.random() < 0.3:
        rules += ["*nat"] + [f":{c} ACCEPT [0:0]" for c in ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING")] + ["-A POSTROUTING -p udp -j MASQUERADE", "COMMIT"]
    ev = []
    for i in range(r.randint(4, 12)):
        a = r.choice(PICK6) if r.random() < 0.8 else r.choice(ODD6)
        b = r.choice(PICK6) if r.random() < 0.7 else r.choice(ODD6)
        port = r.choice([53, 54, 80])
        if r.random() < 0.75:
            ev.append({"type": "in", "iface": r.choice(["eth0", "eth1", "eth2"]), "hex": mk6(r, a, b, 1000 + i, port)})
        else:
            if b.startswith("ff") or b == "::" or b.startswith("fe80"):
                b = "2001:db8:a::1"
            e = {"type": "udp_send", "dst": b, "dport": port, "sport": 3000 + i, "data": "aa"}
            if r.random() < 0.3:
                e["src"] = r.choice(["2001:db8:1::2", "2001:db8:2::1"])
            if r.random() < 0.2:
                e["mark"] = 1
            ev.append(e)
    return {"name": f"routing6-{seed}", "interfaces": ifs, "sysctls": sysctls, "ip": ip, "ip6tables": "\n".join(rules) + "\n", "events": ev, "x_fresh": True}


def mk6(r, a, b, sport, dport):
    return pkt.ip6(a, b, "udp", hlim=r.choice([64, 64, 1]), sport=sport, dport=dport, data=b"x").hex()
