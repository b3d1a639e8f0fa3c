"""Scenarios about connections: TCP, SCTP, GRE, ICMP errors, clashes of NAT, ports that run out.

The rules are few and the conversations long.
"""
import socket
import struct

import product
import pkt
from wire import csum
from . import sctp
from .ends import INSIDE, INSIDE6, OUTSIDE, OUTSIDE6, ROUTER, ROUTER6
from .tcp import Tcp


def udp_lite(r, src, dst, sport, dport):
    coverage, data = r.choice([0, 8, 12, 7, 40]), b"data"
    head = struct.pack(">HHHH", sport, dport, coverage, 0)
    summed = (head + data)[: coverage or 12] if 8 <= (coverage or 12) <= 12 else head + data
    pseudo = socket.inet_aton(src) + socket.inet_aton(dst) + struct.pack(">BBH", 0, r.choice([136, 136, 17]), 12)
    return head[:6] + struct.pack(">H", csum(pseudo + summed) or 0xFFFF) + data


def datagram(r, kind, src, dst, d):
    """a packet without a quote, or none"""
    if kind == "udp":
        near = r.choice([1, 2, 600])
        packet = pkt.ip4(src, dst, "udp", sport=53 if d else near, dport=near if d else 53, badsum=r.random() < 0.05)
        return packet[:26] + b"\0\0" + packet[28:] if r.random() < 0.1 else packet
    if kind == "cut":
        packet = pkt.ip4(src, dst, "udp", sport=1, dport=53)
        return packet[:24] + struct.pack(">H", r.choice([7, 8, 9, 100])) + b"\0\0" + packet[28:]
    if kind == "icmp":
        return pkt.ip4(src, dst, "icmp", type=r.choice([8, 8, 8, 0, 0, 13, 14, 15, 16, 17, 18, 9, 10, 19, 5, 30]), id=r.choice([7, 8]))
    if kind == "gre":
        return pkt.ip4(src, dst, 47, data=r.choice([b"\0\0\x08\0abcd", b"\x30\x01\x88\x0b\0\4\0\7\0\0\0\1", b"\x30\x01\x08\0\0\4\0\7", b"\0\0"]))
    if kind == "udplite":
        return pkt.ip4(src, dst, 136, data=udp_lite(r, src, dst, *((8, 7) if d else (7, 8))))
    return pkt.ip4(src, dst, r.choice([50, 33, 103]), data=b"abcdefgh" * r.randrange(2))


def error_about(r, quoted):
    """an ICMP error to whom sent `quoted`, with his device"""
    to = socket.inet_ntoa(quoted[12:16])
    outer = to == INSIDE
    sender = r.choice([socket.inet_ntoa(quoted[16:20]), "198.51.100.77"]) if outer else "192.168.1.77"
    quote = quoted[: r.choice([20, 24, 27, 28, 40, len(quoted)])]
    if r.random() < 0.1:
        quote = quote[:6] + b"\0\1" + quote[8:]
    packet = pkt.ip4(sender, to, "icmp", type=r.choice([3, 11, 4, 12, 3, 5]), code=r.choice([0, 1, 4]), rest=b"\0\0\5\0", data=quote)
    return "eth0" if outer else "eth1", packet


def others(r, translated):
    events, sent, tags = [], [], [r.getrandbits(32), r.getrandbits(32)]
    for _ in range(r.randrange(4, 16)):
        kind, d = r.choice(["udp", "udp", "icmp", "error", "error", "sctp", "sctp", "sctp", "gre", "proto", "udplite", "cut"]), r.randrange(2)
        src, dst, device = (OUTSIDE, ROUTER if translated else INSIDE, "eth0") if d else (INSIDE, OUTSIDE, "eth1")
        if kind == "error":
            if not sent:
                continue
            device, packet = error_about(r, r.choice(sent))
        else:
            packet = sctp.association(r, src, dst, d, tags) if kind == "sctp" else datagram(r, kind, src, dst, d)
        sent.append(packet)
        events.append({"type": "in", "iface": device, "hex": packet.hex()})
    return events


def others6(r, translated):
    events, sent = [], []
    for _ in range(r.randrange(4, 14)):
        kind, d = r.choice(["udp", "tcp", "icmp", "error", "error", "options"]), r.randrange(2)
        src, dst, device = (OUTSIDE6, ROUTER6 if translated else INSIDE6, "eth0") if d else (INSIDE6, OUTSIDE6, "eth1")
        ports = dict(sport=53 if d else 1, dport=1 if d else 53)
        if kind == "udp":
            packet = pkt.ip6(src, dst, "udp", badsum=r.random() < 0.05, **ports)
        elif kind == "tcp":
            packet = pkt.ip6(src, dst, "tcp", flags=r.choice(["S", "SA", "A", "R", "FA"]), seq=5000 if d else 1000, ack=1001, **ports)
        elif kind == "icmp":
            packet = pkt.ip6(src, dst, "icmp6", type=r.choice([128, 128, 129, 129, 139, 140, 133, 135, 130, 143, 151, 144, 200]),
                             id=r.choice([7, 8]), hlim=r.choice([64, 255]))
        elif kind == "options":
            plain = pkt.ip6(src, dst, "udp", **ports)
            packet = plain[:4] + struct.pack(">H", len(plain) - 32) + b"\x3c" + plain[7:40] + b"\x11\0\1\4\0\0\0\0" + plain[40:]
        else:
            if not sent:
                continue
            quoted = r.choice(sent)
            to = socket.inet_ntop(socket.AF_INET6, quoted[8:24])
            device = "eth0" if to in (INSIDE6, ROUTER6) else "eth1"
            packet = pkt.ip6("2001:db8:ffff::77" if device == "eth0" else "2001:db8:2::77", to, "icmp6", type=r.choice([1, 2, 3, 4, 137]),
                             code=r.choice([0, 1]), rest=b"\0\0\5\0", data=quoted[: r.choice([40, 44, 48, 52, len(quoted)])])
        sent.append(packet)
        events.append({"type": "in", "iface": device, "hex": packet.hex()})
    return events


def clashing_rules(r):
    rules = []
    for _ in range(r.randrange(1, 4)):
        protocol = r.choice(["udp", "tcp"])
        match = r.choice(["", f"-p {protocol} --dport {r.choice([53, 80])} "])
        ported = f"-p {protocol} "
        flag = r.choice(["", "", "--persistent"])
        rules.append(r.choice([
            f"-A POSTROUTING {match}-j ACCEPT",
            f"-A POSTROUTING -o eth0 {match}-j SNAT --to-source {r.choice(['203.0.113.2', '203.0.113.10-203.0.113.14', '203.0.113.0-203.0.114.255'])} {flag}",
            f"-A POSTROUTING -o eth0 {ported}-j SNAT --to-source {r.choice(['203.0.113.2:6000-6003', '203.0.113.2-203.0.113.3:1-5', '203.0.113.2:5000', '203.0.113.2:1000-3000'])} {flag}",
            f"-A POSTROUTING -o eth0 {match}-j MASQUERADE",
            f"-A POSTROUTING -o eth0 {match}-j NETMAP --to 203.0.113.0/28",
            f"-A PREROUTING -i eth0 {match}-j NETMAP --to 192.168.1.0/28",
            f"-A PREROUTING -i eth0 {match}-j DNAT --to-destination {r.choice(['192.168.1.20', '192.168.1.20-192.168.1.27'])} {flag}",
            f"-A PREROUTING -i eth0 {ported}-j DNAT --to-destination {r.choice(['192.168.1.20:8080-8082', '192.168.1.20:53', '192.168.1.20-192.168.1.21:80-90'])} {flag}",
            f"-A PREROUTING -i eth0 {ported}-j DNAT --to-destination 192.168.1.20:7000-7003/53"]))
    return "\n".join(rules) + "\n"


def clashes(r):
    """many flows through few ports"""
    events = []
    for _ in range(r.randrange(5, 25)):
        protocol = r.choice(["udp", "udp", "tcp", "icmp"])
        fields = {"sport": r.choice([5000, 5000, 6001, 300, 800]), "dport": r.choice([53, 80, 54])}
        if protocol == "tcp":
            fields.update(flags=r.choice(["S", "S", "S", "A", "R"]), seq=r.choice([1000, 200000, 2000]))
        if protocol == "icmp":
            fields = {"id": r.choice([7, 8]), "type": 8}
        far = r.choice([OUTSIDE, "198.51.100.6"])
        if r.random() < 0.6:
            device, packet = "eth1", pkt.ip4(f"192.168.1.{r.choice([10, 11, 12])}", far, protocol, **fields)
        else:
            device, packet = "eth0", pkt.ip4(far, r.choice([ROUTER, "203.0.113.40", INSIDE, "192.168.1.20"]), protocol, **fields)
        if r.random() < 0.08:
            events.append({"type": "advance", "seconds": r.choice([5, 20, 100, 200])})
        events.append({"type": "in", "iface": device, "hex": packet.hex()})
    return events


def table(name, chains, rules=""):
    return f"*{name}\n" + "".join(f":{c} {'DROP' if c == 'INPUT' and name == 'filter' else 'ACCEPT'} [0:0]\n" for c in chains) + rules + "COMMIT\n"


def scenario(seed, r):
    kind = r.choice(["tcp", "tcp", "tcp", "tcp", "tcp6", "sctp", "sctp", "sctp", "others", "others", "others6", "clashes", "clashes"])
    v6 = kind in ("tcp6", "others6")
    nat = r.choice(["", "", "-A POSTROUTING -o eth0 -j MASQUERADE\n",
                    "-A POSTROUTING -o eth0 -j SNAT --to-source %s\n" % (ROUTER6 if v6 else ROUTER)])
    if kind == "clashes":
        nat, events = clashing_rules(r), clashes(r)
    elif kind == "sctp":
        events = (sctp.cell if r.random() < 0.6 else sctp.associations)(r, bool(nat))
    elif kind.startswith("tcp"):
        talk = Tcp(r, bool(nat), v6)
        events = talk.cell() if r.random() < 0.3 else talk.run()
    else:
        events = (others6 if v6 else others)(r, bool(nat))
    sysctls = {"net.ipv6.conf.all.forwarding": 1} if v6 else {"net.ipv4.ip_forward": 1, "net.ipv4.conf.default.rp_filter": 0}
    if not v6:
        sysctls["net.ipv4.conf.all.send_redirects"] = sysctls["net.ipv4.conf.default.send_redirects"] = 0
    for name, value, chance in (("loose", 0, 0.15), ("be_liberal", 1, 0.1), ("ignore_invalid_rst", 1, 0.1)):
        usual = 1 if name == "loose" else 0
        sysctls["net.netfilter.nf_conntrack_tcp_" + name] = value if r.random() < chance else usual
    text = table("nat", ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"], nat) if nat else ""
    states = ["NEW", "ESTABLISHED", "RELATED", "INVALID"]
    text += table("filter", ["INPUT", "FORWARD", "OUTPUT"], "".join(f"-A FORWARD -m conntrack --ctstate {s}\n" for s in states))
    addresses = [ROUTER6 + "/64", "2001:db8:2::1/64"] if v6 else [ROUTER + "/24", "192.168.1.1/24"]
    return {"name": f"{kind}-{seed}", "interfaces": [{"name": f"eth{i}", "addresses": [a]} for i, a in enumerate(addresses)],
            "sysctls": sysctls, "ip": ["route add default via %s dev eth0" % ("2001:db8:1::1" if v6 else "203.0.113.1")],
            "ip6tables" if v6 else "iptables": text, "sink": True, "events": events}

