"""All matches that the product reads, as a table: name, weight, and a function that writes one for a place, or nothing."""

TABLE = []
PORTED = ("tcp", "udp", "sctp", "dccp")


def match(name, weight=2):
    def enter(function):
        TABLE.append((name, weight, function))
        return function
    return enter


def several(p, count):
    """`count` different matches, as one text"""
    names, out = set(), []
    for _ in range(count * 4):
        name, _, write = p.r.choices(TABLE, [w for _, w, _ in TABLE])[0]
        text = None if name in names or len(out) == count else write(p)
        if text:
            names.add(name)
            out.append(text)
    return " ".join(out)


# ---- what stands behind -p

def ports(p):
    side = p.pick("--sport", "--dport", "--dport", "--source-port", "--destination-port")
    return f"{p.no()}{side} {p.pick('53', '80', '80', '5000', '1000:5000', ':1024', '5000:')}"


def of_protocol(p):
    """options of the protocol's own match"""
    if p.protocol == "tcp":
        return p.pick(ports(p), ports(p), f"{p.no()}--syn", f"{p.no()}--tcp-flags " + p.pick(
            "SYN,RST SYN", "ALL FIN,ACK", "ALL NONE", "SYN,ACK SYN,ACK", "RST,FIN RST", "PSH,URG PSH", "ALL ALL"),
            f"{p.no()}--tcp-option {p.pick('2', '3', '4', '8', '5', '99')}",
            f"--dport 80 {p.no()}--syn", f"--sport 1024: {p.no()}--tcp-flags ACK,RST ACK")
    if p.protocol == "icmp":
        return f"{p.no()}--icmp-type " + p.pick("8", "0", "3", "3/3", "11", "3/1", "echo-request", "any", "5", "13")
    if p.protocol == "icmpv6":
        name = p.pick("", "", "", "-m icmp6 ", "-m icmpv6 ", "-m ipv6-icmp ")
        return f"{name}{p.no()}--icmpv6-type " + p.pick("128", "129", "1", "2", "3", "1/4", "echo-request", "4/1")
    return ports(p)


@match("multiport", 3)
def multiport(p):
    if p.protocol in PORTED or p.protocol == "udplite":
        side = p.pick("--dports", "--sports", "--ports", "--destination-ports", "--source-ports")
        return f"-m multiport {p.no()}{side} {p.pick('53,80', '1:1024,5000', '53', '5000:5001,7,8')}"
    return None


@match("tcpmss", 2)
def tcpmss(p):
    return f"-m tcpmss {p.no()}--mss {p.pick('1400:1500', '1460', '500:1000', '536')}" if p.protocol == "tcp" else None


# ---- connections

STATES = ("NEW", "ESTABLISHED", "RELATED", "INVALID", "RELATED,ESTABLISHED", "UNTRACKED", "DNAT", "SNAT", "NEW,INVALID", "NEW,DNAT")


@match("state", 12)
def state(p):
    if p.r.random() < 0.2:
        return f"-m state {p.no()}--state {p.pick('NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED')}"
    return f"-m conntrack {p.no()}--ctstate {p.pick(*STATES)}"


@match("conntrack", 6)
def conntrack(p):
    side = p.pick("orig", "repl") + p.pick("src", "dst")
    return "-m conntrack " + p.pick(
        f"--ctdir {p.pick('ORIGINAL', 'REPLY')}", f"{p.no()}--ctstatus {p.pick('SEEN_REPLY', 'ASSURED', 'CONFIRMED', 'NONE', 'EXPECTED')}",
        f"{p.no()}--ct{side} {p.network(holes=False)}", f"{p.no()}--ct{side}port {p.pick('53', '1:1024', '80', '5000')}",
        f"{p.no()}--ctproto {p.pick('17', '6', 'tcp', '1', '132')}", f"{p.no()}--ctexpire {p.pick('20:40', '0:9', '100:200', '1:700', '100:', ':30')}",
        f"{p.no()}--ctstate NEW --ctdir ORIGINAL", f"--ctproto 17 --ct{side}port 53")


@match("connmark", 2)
def connmark(p):
    return f"-m connmark {p.no()}--mark {p.pick('1', '2/2', '0', '3/3')}"


@match("connlimit", 2)
def connlimit(p):
    limit = p.pick(f"{p.no()}--connlimit-above", f"{p.no()}--connlimit-upto")
    mask = p.pick("", f"--connlimit-mask {p.pick(p.net.bits, 64 if p.v6 else 24, 0)}")
    return f"-m connlimit {limit} {p.pick(0, 1, 2)} {mask} {p.pick('', '--connlimit-saddr', '--connlimit-daddr')}".rstrip()


# ---- state of the rule

@match("limit", 3)
def limit(p):
    return "-m limit " + p.pick("--limit 1/day --limit-burst 1", f"--limit {p.pick('1/s', '10/min', '3/hour', '1/second')} --limit-burst {p.pick(1, 2, 3, 4)}")


@match("hashlimit", 3)
def hashlimit(p):
    masks = p.pick("", f"--hashlimit-srcmask {64 if p.v6 else 24}", f"--hashlimit-dstmask {48 if p.v6 else 16}")
    table = p.pick("", "--hashlimit-htable-size 16", "--hashlimit-htable-max 2", "--hashlimit-htable-expire 60000",
                   "--hashlimit-htable-gcinterval 500")
    mode = p.pick("", "--hashlimit-mode " + p.pick("srcip", "dstip", "srcip,dstport", "srcport", "srcip,dstip,srcport,dstport"))
    kind = p.pick("--hashlimit-above", "--hashlimit-upto", "--hashlimit")
    return " ".join(f"-m hashlimit {kind} {p.pick('2/min', '1/hour', '10/day')} --hashlimit-burst {p.pick(1, 2, 3)} {mode} {masks} {table}"
                    f" --hashlimit-name {p.names.fresh('y')}".split())


@match("statistic", 3)
def statistic(p):
    if p.names.draw():          # of each packet that comes this far
        return f"-m statistic --mode random {p.no()}--probability {p.pick('0.5', '0.25')}"
    if p.r.random() < 0.2:      # both ends of chance are certain
        return f"-m statistic --mode random {p.no()}--probability {p.pick(0, 1)}"
    return f"-m statistic --mode nth {p.no()}--every 3 --packet {p.pick(0, 1, 2)}"


@match("quota", 2)
def quota(p):
    return f"-m quota {p.no()}--quota {p.pick(0, 60, 100, 200, 1500)}"


@match("recent", 3)
def recent(p):
    ttl = p.pick("", "", "--rttl")
    what = p.pick(f"{p.no()}--set", f"{p.no()}--update --hitcount 2 {ttl}", f"{p.no()}--rcheck {ttl}", f"{p.no()}--remove",
                  f"--update --seconds 60 {p.pick('', '--reap')} {ttl}", "--rcheck --seconds 100 --hitcount 3")
    mask = p.pick("", "", f"--mask {'ffff:ffff:ffff:ffff::' if p.v6 else '255.255.255.0'}")
    return " ".join(f"-m recent --name {p.names.shared('z', p.pick(0, 1))} {what} {mask} {p.pick('', '', '--rsource', '--rdest')}".split())


# ---- fields

@match("mark", 4)
def mark(p):
    return f"-m mark {p.no()}--mark {p.pick('1', '2', '0/3', '1/1', '0x10/0xf0')}"


@match("length", 3)
def length(p):
    return f"-m length {p.no()}--length {p.pick('0:60', '61:', '28:40', '40', ':1000')}"


@match("ttl", 3)
def ttl(p):
    name = "hl" if p.v6 else "ttl"
    return f"-m {name} " + p.pick(f"{p.no()}--{name}-eq 63", f"{p.no()}--{name}-eq 64", f"--{name}-lt 10", f"--{name}-gt 60")


@match("dscp", 2)
def dscp(p):
    return f"-m dscp {p.no()}" + p.pick("--dscp 0", "--dscp 2", "--dscp 4", "--dscp-class CS1", "--dscp-class EF", "--dscp-class AF11")


@match("tos", 2)
def tos(p):
    return f"-m tos {p.no()}--tos {p.pick('8', '0x10', '0x10/0x3f', 'Minimize-Delay', '0/0xfc')}"


@match("owner", 8)
def owner(p):
    if not p.only({"OUTPUT", "POSTROUTING"}):
        return None
    return "-m owner " + p.pick(f"{p.no()}--uid-owner {p.pick('0', '1-100', '1000')}", f"{p.no()}--gid-owner {p.pick('0', '5')}",
                                f"{p.no()}--socket-exists", f"--socket-exists {p.no()}--uid-owner 0-1000")


@match("mac", 2)
def mac(p):
    if not p.only({"PREROUTING", "INPUT", "FORWARD"}):
        return None
    return f"-m mac {p.no()}--mac-source {p.pick('02:00:00:00:01:0a', '02:00:00:00:01:14')}"


@match("pkttype", 2)
def pkttype(p):
    return f"-m pkttype {p.no()}--pkt-type {p.pick('unicast', 'broadcast', 'multicast')}"


@match("iprange", 2)
def iprange(p):
    low, high = sorted((p.host(), p.host()), key=p.net.number)
    return f"-m iprange {p.no()}{p.pick('--src-range', '--dst-range')} {low}-{high}"


TYPES = ("LOCAL", "UNICAST", "MULTICAST", "LOCAL,MULTICAST", "UNREACHABLE", "LOCAL,UNICAST", "ANYCAST", "UNSPEC")


@match("addrtype", 4)
def addrtype(p):
    types = p.pick(*TYPES, *(() if p.v6 else ("BROADCAST", "BROADCAST,MULTICAST", "BLACKHOLE", "PROHIBIT", "THROW")))
    limits = [""]
    if p.only({"PREROUTING", "INPUT", "FORWARD"}):
        limits.append("--limit-iface-in")
    if p.only({"OUTPUT", "FORWARD", "POSTROUTING"}):
        limits.append("--limit-iface-out")
    return f"-m addrtype {p.no()}{p.pick('--src-type', '--dst-type')} {types} {p.r.choice(limits)}".rstrip()


@match("rpfilter", 8)
def rpfilter(p):
    if p.hooks != {"PREROUTING"} or p.table not in ("raw", "mangle"):
        return None
    flags = [f for f in ("--loose", "--validmark", "--accept-local", "--invert") if p.r.random() < 0.3]
    return " ".join(["-m rpfilter"] + flags)


@match("comment", 1)
def comment(p):
    return '-m comment --comment "why, in %s"' % p.pick("short", 'three "words"'.replace('"', "'"))
