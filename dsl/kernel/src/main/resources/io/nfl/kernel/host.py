"""A network namespace made into the host of a scenario: devices, addresses, routes, rules, settings, the probes."""
import atexit, ctypes, fcntl, itertools, json, os, re, socket, struct, subprocess, tempfile, time

from ct_netlink import Conntrack, INT_MAX, Nl, nfgen, nla, parse_nla

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_TAP, IFF_NO_PI = 0x400454CA, 1, 2, 0x1000
HOOKS = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"]

PROBES = [("PB", "prerouting", -2000000000), ("PE", "prerouting", 2000000000),
          ("IB", "input", -2000000000), ("IE", "input", 2000000000),
          ("FB", "forward", -2000000000), ("FE", "forward", 2000000000),
          ("OB", "output", -2000000000), ("OE", "output", 2000000000),
          ("XB", "postrouting", -2000000000), ("XE", "postrouting", 2000000000)]
PNAME = {"PB": "PREROUTING.first", "PE": "PREROUTING.last", "IB": "INPUT.first", "IE": "INPUT.last",
         "FB": "FORWARD.first", "FE": "FORWARD.last", "OB": "OUTPUT.first", "OE": "OUTPUT.last",
         "XB": "POSTROUTING.first", "XE": "POSTROUTING.last"}
NEXT = {"PB": {"PE"}, "PE": {"FB", "IB"}, "FB": {"FE"}, "FE": {"XB"}, "IB": {"IE"}, "IE": set(), "OB": {"OE"},
        "OE": {"XB"}, "XB": {"XE"}, "XE": set()}
DEAD = {"PB": "dropped in PREROUTING", "PE": "dropped by routing/ip_forward (after PREROUTING)",
        "FB": "dropped in FORWARD", "FE": "dropped between FORWARD and POSTROUTING", "IB": "dropped in INPUT",
        "OB": "dropped in OUTPUT", "OE": "dropped between OUTPUT and POSTROUTING", "XB": "dropped in POSTROUTING"}
STATES = [("ct state invalid", "INVALID"), ("ct state untracked", "UNTRACKED"), ("ct state new", "NEW"),
          ("ct state established ct direction original", "ESTABLISHED/orig"),
          ("ct state established ct direction reply", "ESTABLISHED/reply"),
          ("ct state related ct direction original", "RELATED/orig"),
          ("ct state related ct direction reply", "RELATED/reply")]


# What makes the kernel switch connection tracking on in a namespace (measured, each rule alone): these targets and
# matches, per family.  NOT: `-j CT --notrack`, a nat table that holds only MARK/LOG/ACCEPT/..., REJECT, TPROXY and socket
# (those two: defragmentation only).  Without conntrack the nat chains are never visited.
NEEDS_CT = re.compile(r"(?:-j|--jump) (SNAT|DNAT|MASQUERADE|REDIRECT|NETMAP|CONNMARK|CONNSECMARK|SYNPROXY|CT(?! --notrack))\b|"
                      r"(?:-m|--match) (conntrack|state|connmark|connlimit|connbytes|helper|connlabel|cluster)\b")


def ct_wanted(scn, fam):
    """probe_ct: true/false/"auto" (default).  A `ct` expression in the probes would itself switch conntrack on, and so
    change what is observed; auto uses one only where the policy under test has switched it on anyway."""
    v = scn.get("probe_ct", "auto")
    return bool(NEEDS_CT.search(scn.get("iptables" if fam == "ip" else "ip6tables") or "")) if v == "auto" else bool(v)


def oracle_nft(scn, v6):
    o, light = [], scn.get("light", False)
    if scn.get("sink"):  # registered before conntrack exists in this namespace: runs AFTER the confirm hook (same priority)
        o.append("table inet oracle_sink { chain z { type filter hook input priority %d; "
                 "%sdrop; }; }" % (INT_MAX, "" if scn["sink"] == "all" else "iifname != \"lo\" "))
    for fam in ("ip", "ip6") if v6 else ("ip",):
        o.append(f"table {fam} oracle {{")
        for n, hook, prio in PROBES:
            o.append(f" chain {n} {{ type filter hook {hook} priority {prio};")
            if n == "OB" and fam == "ip6":
                o.append("  meta l4proto ipv6-icmp icmpv6 type { 130, 131, 132, 133, 134, 135, 136, 137, 143 } drop")
            if n in ("PB", "OB"):
                o.append("  meta nftrace set 1")
            if not light or n in ("PB", "OB") or n.endswith("E"):
                if n.endswith("E") and ct_wanted(scn, fam):
                    for m, st in STATES:
                        o.append(f'  {m} log prefix "~{n} {st}" group 0 queue-threshold 1 return')
                o.append(f'  log prefix "~{n} -" group 0 queue-threshold 1')
            o.append(" }")
        o.append("}")
    return "\n".join(o) + "\n"


# iptables-legacy's lock file /run/xtables.lock is per machine, not per namespace: it would serialise parallel workers and
# an unprivileged user cannot open it.  A private one is right, because each worker has its own namespace.
os.environ["XTABLES_LOCKFILE"] = os.path.join(tempfile.gettempdir(), "kernel_oracle.%d.lock" % os.getpid())
atexit.register(lambda p=os.environ["XTABLES_LOCKFILE"]: os.path.exists(p) and os.unlink(p))


class Err(Exception):
    pass


class as_user:
    """Sockets opened inside belong to this user, as `-m owner` sees them: it reads the fsuid of who opened the socket."""
    def __init__(self, uid):
        self.uid = uid

    def __enter__(self):
        if self.uid is not None:
            self.was = LIBC.setfsuid(self.uid)
            if LIBC.setfsuid(-1) != self.uid:
                raise Err(f"a socket cannot be opened as user {self.uid}: there is no such user in this namespace")

    def __exit__(self, *_):
        if self.uid is not None:
            LIBC.setfsuid(self.was)


def run(argv, stdin=None):
    p = subprocess.run(argv, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if p.returncode:
        raise Err(f"{' '.join(argv)} -> rc {p.returncode}: {p.stderr.strip()}")
    return p.stdout


def wsys(name, val):
    path = "/proc/sys/" + (name if "/" in name else name.replace(".", "/"))
    with open(path, "w") as f:
        f.write(str(val))


DEFAULT_SYSCTL = {
    "net.ipv4.ip_forward": 0, "net.ipv4.icmp_ratemask": 0, "net.ipv4.icmp_ratelimit": 0, "net.ipv6.icmp.ratelimit": 0,
    "net.ipv4.conf.all.rp_filter": 0, "net.ipv4.conf.default.rp_filter": 0,
    "net.ipv4.conf.all.send_redirects": 0, "net.ipv4.conf.default.send_redirects": 0,
    "net.ipv4.conf.all.route_localnet": 0, "net.ipv4.conf.default.route_localnet": 0,
    "net.ipv4.conf.all.src_valid_mark": 0, "net.ipv4.conf.all.accept_local": 0,
    "net.netfilter.nf_conntrack_tcp_loose": 1, "net.netfilter.nf_conntrack_tcp_be_liberal": 0,
    "net.netfilter.nf_conntrack_checksum": 1,
}
V6_SYSCTL = {"forwarding": 0, "accept_ra": 0, "autoconf": 0, "accept_dad": 0, "dad_transmits": 0,
             "router_solicitations": 0, "addr_gen_mode": 1}


def shape(scn):
    return json.dumps([scn.get("backend", "legacy"), scn.get("sink", False), ct_wanted(scn, "ip"), ct_wanted(scn, "ip6"),
                       scn.get("light", False),
                       scn.get("ipv6", any(":" in a for i in scn["interfaces"] for a in i.get("addresses", []))),
                       sorted(re.findall(r"^\*(\w+)", scn.get("iptables") or "", re.M)),
                       sorted(re.findall(r"^\*(\w+)", scn.get("ip6tables") or "", re.M)),
                       [[i["name"], i.get("type", "tun"), i.get("mtu", 1500), i.get("mac"), i.get("addresses")]
                        for i in scn["interfaces"]], scn.get("lo_addresses")])


class Host:
    """One network namespace = one device under test."""
    late = 0

    def __init__(self, scn):
        self.scn = scn
        if LIBC.unshare(CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWNET)")
        self.nsfd = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self.shape = shape(scn)
        self.backend = scn.get("backend", "legacy")
        self.ifs, self.fds, self.names = scn["interfaces"], {}, {}
        self.v6 = scn.get("ipv6", any(":" in a for i in self.ifs for a in i.get("addresses", [])))
        self.has_ct_sysctl = os.path.exists("/proc/sys/net/netfilter/nf_conntrack_tcp_loose")
        wsys("net.ipv6.conf.all.disable_ipv6", 0 if self.v6 else 1)
        wsys("net.ipv6.conf.default.disable_ipv6", 0 if self.v6 else 1)
        self.sysctls_touched = {}
        self.base_sysctl()
        for i in self.ifs:
            fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
            tap = i.get("type", "tun") == "tap"
            fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", i["name"].encode(), (IFF_TAP if tap else IFF_TUN) | IFF_NO_PI))
            self.fds[i["name"]] = fd
        self.log = Nl()
        self.log.req(0x401, 5, nfgen(socket.AF_UNSPEC, 0) + nla(1, struct.pack("B", 1)))                # BIND group 0
        self.log.req(0x401, 5, nfgen(socket.AF_UNSPEC, 0) + nla(2, struct.pack(">IBB", 0xFFFF, 2, 0)))   # copy packet
        self.log.req(0x401, 5, nfgen(socket.AF_UNSPEC, 0) + nla(5, struct.pack(">I", 1)))                # qthresh 1
        try:
            for pf in (2, 10):
                wsys(f"net/netfilter/nf_log/{pf}", "nfnetlink_log")
        except OSError:
            pass
        self.trace = Nl(groups=(9,)) if self.backend == "nft" else None
        run(["nft", "-f", "-"], oracle_nft(scn, self.v6))
        self.ct = Conntrack()
        run(["ip", "-batch", "-"], "link set lo up\n" + "".join(
            f"link set {i['name']} up txqueuelen {i.get('txqueuelen', 1000)} mtu {i.get('mtu', 1500)}"
            + (f" address {i['mac']} arp off" if i.get("type") == "tap" and i.get("mac") else "")
            + "\n" + "".join(f"addr add {a}{' nodad' if ':' in a else ' brd +'} dev {i['name']}\n" for a in i.get("addresses", []))
            for i in self.ifs) + "".join(f"addr add {a} dev lo\n" for a in scn.get("lo_addresses", [])))
        for l in socket.if_nameindex():
            self.names[l[0]] = l[1]
        self.await_ipv6()
        self.dirty, self.ip_prefix = False, ""
        self.socks, self.raw, self.open = [], {}, []

    def await_ipv6(self):
        """The kernel makes the routes to its own IPv6 addresses from a work queue: without them it would forward."""
        own = {socket.inet_pton(10, a.split("/")[0]).hex() for i in self.ifs for a in i.get("addresses", []) if ":" in a}
        for _ in range(500):
            with open("/proc/thread-self/net/ipv6_route") as f:
                there = {l.split()[0] for l in f if l.split()[1] == "80" and int(l.split()[8], 16) & 0x80000000}
            if own <= there:
                return
            time.sleep(0.002)

    def enter(self):
        """Several DUTs may live in one process; child processes and /proc/sys follow the current namespace."""
        if LIBC.setns(self.nsfd, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")

    def close(self):
        os.close(self.nsfd)
        for fd in self.fds.values():
            os.close(fd)
        for n in (self.log, self.trace, self.ct.q, self.ct.ev):
            if n:
                n.s.close()
        for s in self.socks + self.open + list(self.raw.values()):
            s.close()

    def base_sysctl(self):
        for k, v in DEFAULT_SYSCTL.items():
            if "nf_conntrack" in k and not self.has_ct_sysctl:
                continue
            try:
                wsys(k, v)
            except OSError:
                pass
        if self.v6:
            for k, v in V6_SYSCTL.items():
                for c in ("all", "default"):
                    try:
                        wsys(f"net/ipv6/conf/{c}/{k}", v)
                    except OSError:
                        pass

    def sysctl(self, k, v):
        path = "/proc/sys/" + (k if "/" in k else k.replace(".", "/"))
        if k not in self.sysctls_touched:
            with open(path) as f:
                self.sysctls_touched[k] = f.read().strip()
        wsys(k, v)

    def tool(self, v, what):
        return f"ip{'6' if v == 6 else ''}tables-{self.backend}-{what}"

    def reset(self):
        """Back to the state after __init__, keeping the namespace and the NICs."""
        for s in self.socks + list(self.raw.values()):
            s.close()
        for c in self.open:
            c.close()
        self.socks, self.raw, self.open = [], {}, []
        for k, v in self.sysctls_touched.items():
            wsys(k, v)
        self.sysctls_touched = {}
        self.base_sysctl()
        b = "rule flush\nrule add pref 32766 table main\nrule add pref 32767 table default\n"
        # Addresses stay (they are part of shape()): deleting one makes nf_nat_masquerade kill, from a work queue and so
        # some time LATER, every conntrack entry whose reply goes to that address - in the middle of the next scenario.
        b += "route flush table all proto boot\nroute flush table all proto static\n"
        self.ip_prefix = b   # runs in the same ip -batch as the new addresses and routes
        # rules: iptables-restore (no --noflush) replaces whole tables, and shape() keeps the set of tables constant
        if getattr(self, "used_cmds", False):
            subprocess.run(["ipset", "destroy"], stderr=subprocess.DEVNULL)
        self.ct.flush(full=getattr(self, "used_cmds", False))
        self.drain_all()

    def setup(self, scn):
        self.scn = scn
        self.loaded, self.used_cmds, self.slept = [], False, 0
        for k, v in scn.get("sysctls", {}).items():
            if not (".conf." in k and not re.search(r"\.conf\.(all|default|lo)\.", k)):
                self.sysctl(k, v)
        for i in self.ifs:  # 'default' does not reach devices that exist already: copy it, as a booting host would
            for k, v in scn.get("sysctls", {}).items():
                m = re.match(r"net\.(ipv[46])\.conf\.default\.(\w+)$", k)
                if m:
                    self.sysctl(f"net/{m[1]}/conf/{i['name']}/{m[2]}", v)
        for k, v in scn.get("sysctls", {}).items():
            if ".conf." in k and not re.search(r"\.conf\.(all|default|lo)\.", k):
                self.sysctl(k, v)
        b, self.ip_prefix = self.ip_prefix, ""
        if isinstance(scn.get("ip"), str):
            b += scn["ip"] + "\n"
        else:
            b += "".join(l + "\n" for l in scn.get("ip", []))
        for v6, lines in itertools.groupby(b.splitlines(True), lambda l: l.startswith("-6 ")):   # a batch is of one family
            run(["ip"] + ["-6"] * v6 + ["-batch", "-"], "".join(l[3:] if v6 else l for l in lines))
        for c in scn.get("commands", []):
            self.used_cmds = True
            run(["sh", "-ec", c])
        if scn.get("load"):
            env = dict(os.environ, IPTABLES_RESTORE=self.tool(4, "restore"), IP6TABLES_RESTORE=self.tool(6, "restore"))
            p = subprocess.run(["sh", os.path.join(scn["load"], "load.sh")], env=env, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
            if p.returncode:
                raise Err(f"load.sh with {self.tool(4, 'restore')}, status {p.returncode}: {p.stdout.strip()}")
        for v, key in ((4, "iptables"), (6, "ip6tables")):
            if scn.get(key) and scn.get("load"):
                self.loaded.append(v)
            elif scn.get(key):
                run([self.tool(v, "restore")], scn[key])
                self.loaded.append(v)
        self.handles = self.rule_handles() if self.backend == "nft" else {}
        for l in scn.get("listeners", []):
            self.listen(l)
        self.drain_all()

    def rule_handles(self):
        """nft backend: rule handle -> number in its chain (NFT_MSG_GETRULE dump), so the trace reads like iptables'."""
        out, pos = {}, {}
        for fam, name in ((2, "ip"), (10, "ip6")):
            for t, body in self.ct.q.req(0xA07, 1 | 0x300, nfgen(fam)):
                a = parse_nla(body[4:])
                k = (name, a[1].rstrip(b"\0").decode(), a[2].rstrip(b"\0").decode())
                pos[k] = pos.get(k, 0) + 1
                out[k[:2] + (struct.unpack(">Q", a[3])[0],)] = pos[k]
        return out

    def listen(self, l):
        fam = socket.AF_INET6 if ":" in l.get("addr", "") else socket.AF_INET
        s = socket.socket(fam, socket.SOCK_DGRAM if l["proto"] == "udp" else socket.SOCK_STREAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((l.get("addr", "0.0.0.0"), l["port"]))
        if l["proto"] == "tcp":
            s.listen(16)
        s.setblocking(False)
        self.socks.append(s)
        return s

    # --------------------------------------------------------------------------------------------- observation
