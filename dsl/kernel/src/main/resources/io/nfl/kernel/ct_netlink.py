"""Netlink sockets, and conntrack over them: events, single entries, ages."""
import errno, json, os, socket, struct, time

NETLINK_NETFILTER, SOL_NETLINK = 12, 270
INT_MAX = 2147483647


def nla(t, data):
    l = 4 + len(data)
    return struct.pack("HH", l, t) + data + b"\0" * (-l % 4)


def parse_nla(buf):
    out, off, n = {}, 0, len(buf)
    while off + 4 <= n:
        l, t = struct.unpack_from("HH", buf, off)
        if l < 4:
            break
        out[t & 0x3FFF] = buf[off + 4:off + l]
        off += (l + 3) & ~3
    return out


def nlmsgs(buf):
    off = 0
    while off + 16 <= len(buf):
        l, t, fl, seq, pid = struct.unpack_from("IHHII", buf, off)
        if l < 16:
            break
        yield t, fl, seq, buf[off + 16:off + l]
        off += (l + 3) & ~3


class Nl:
    def __init__(self, groups=(), rcvbuf=32 << 20):
        self.s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
        try:
            self.s.setsockopt(socket.SOL_SOCKET, 33, rcvbuf)  # SO_RCVBUFFORCE
        except OSError:
            self.s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, rcvbuf)
        self.s.bind((0, 0))
        for g in groups:
            self.s.setsockopt(SOL_NETLINK, 1, g)
        self.seq = 0

    def req(self, mtype, flags, payload, collect=False):
        self.seq += 1
        self.s.setblocking(True)
        self.s.send(struct.pack("IHHII", 16 + len(payload), mtype, flags, self.seq, 0) + payload)
        res = []
        while True:
            for t, fl, seq, body in nlmsgs(self.s.recv(1 << 20)):
                if t == 2:
                    err = -struct.unpack_from("i", body)[0]
                    if err:
                        raise OSError(err, os.strerror(err))
                    return res
                if t == 3:
                    return res
                res.append((t, body))
                if not flags & 0x300 and not flags & 4:
                    return res

    def drain(self):
        self.s.setblocking(False)
        while True:
            try:
                buf = self.s.recv(1 << 20)
            except BlockingIOError:
                return
            except OSError as e:
                if e.errno == errno.ENOBUFS:
                    yield None, None
                    continue
                raise
            for t, fl, seq, body in nlmsgs(buf):
                yield t, body


def nfgen(family, res_id=0):
    return struct.pack("BBH", family, 0, socket.htons(res_id))


# ------------------------------------------------------------------------------------------------- conntrack
CT_STATUS = ["EXPECTED", "SEEN_REPLY", "ASSURED", "CONFIRMED", "SRC_NAT", "DST_NAT", "SEQ_ADJUST", "SRC_NAT_DONE",
             "DST_NAT_DONE", "DYING", "FIXED_TIMEOUT", "TEMPLATE", "NAT_CLASH", "HELPER", "OFFLOAD", "HW_OFFLOAD"]
TCP_STATE = ["NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE",
             "SYN_SENT2"]
SCTP_STATE = ["NONE", "CLOSED", "COOKIE_WAIT", "COOKIE_ECHOED", "ESTABLISHED", "SHUTDOWN_SENT", "SHUTDOWN_RECD",
              "SHUTDOWN_ACK_SENT", "HEARTBEAT_SENT"]
PROTO = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6", 132: "sctp", 47: "gre", 33: "dccp", 136: "udplite"}


def be16(b): return struct.unpack(">H", b)[0]
def be32(b): return struct.unpack(">I", b)[0]


def ct_tuple(raw):
    a = parse_nla(raw)
    ip, pr = parse_nla(a.get(1, b"")), parse_nla(a.get(2, b""))
    t = {}
    if 1 in ip:
        t["src"], t["dst"] = socket.inet_ntop(2, ip[1]), socket.inet_ntop(2, ip[2])
    elif 3 in ip:
        t["src"], t["dst"] = socket.inet_ntop(10, ip[3]), socket.inet_ntop(10, ip[4])
    num = pr[1][0] if 1 in pr else 0
    t["proto"] = PROTO.get(num, num)
    if 2 in pr:
        t["sport"], t["dport"] = be16(pr[2]), be16(pr[3])
    for k, i, ty, c in ((1, 4, 5, 6), (2, 7, 8, 9)):
        if i in pr:
            t["id"], t["type"], t["code"] = be16(pr[i]), pr[ty][0], pr[c][0]
    if 3 in a:
        t["zone"] = be16(a[3])
    return t


def ct_parse(body):
    a = parse_nla(body[4:])
    e = {"family": body[0]}
    e["orig"], e["reply"] = ct_tuple(a.get(1, b"")), ct_tuple(a.get(2, b""))
    if 3 in a:
        s = be32(a[3])
        e["status"] = [n for i, n in enumerate(CT_STATUS) if s >> i & 1]
    if 4 in a:
        p = parse_nla(a[4])
        if 1 in p:
            q = parse_nla(p[1])
            if 1 in q:
                e["state"] = TCP_STATE[q[1][0]]
        if 3 in p:
            q = parse_nla(p[3])
            if 1 in q:
                e["state"] = SCTP_STATE[q[1][0]]
    if 7 in a:
        e["timeout"] = be32(a[7])
    if 8 in a:
        e["mark"] = be32(a[8])
    if 18 in a:
        e["zone"] = be16(a[18])
    if 14 in a:
        e["master"] = ct_tuple(a[14])
    if 5 in a:
        h = parse_nla(a[5])
        if 1 in h:
            e["helper"] = h[1].rstrip(b"\0").decode()
    e["_id"] = be32(a[12]) if 12 in a else 0
    e["_orig_raw"] = a.get(1, b"")
    e["_zone_raw"] = a.get(18)
    return e


class Conntrack:
    NEW, GET, DEL = 0x100, 0x101, 0x102

    def __init__(self):
        self.q = Nl()
        self.ev = Nl(groups=(1, 2, 3))
        self.known = {}   # id -> entry

    resyncs = 0

    def count(self):
        with open("/proc/sys/net/netfilter/nf_conntrack_count") as f:
            return int(f.read())

    def resync(self):
        Conntrack.resyncs += 1
        self.known = {e["_id"]: e for e in self.dump()}

    def events(self):
        out = []
        for t, body in self.ev.drain():
            if t is None:
                out.append({"overrun": True})
                continue
            e = ct_parse(body)
            k = "destroy" if t & 0xFF == 2 else "new/update"
            if k == "destroy":
                self.known.pop(e["_id"], None)
            else:
                self.known[e["_id"]] = e
            out.append((k, e))
        return out

    def _key(self, e):
        p = nfgen(e["family"]) + nla(1 | 0x8000, e["_orig_raw"])
        if e["_zone_raw"]:
            p += nla(18, e["_zone_raw"])
        return p

    def table(self):
        """Known entries, refreshed one by one (O(entries), no walk over all hash buckets)."""
        self.events()
        if self.count() != len(self.known):    # integrity: something was missed (or is still in flight)
            self.resync()
        out = []
        for i in sorted(self.known):
            e = self.known[i]
            try:
                r = self.q.req(self.GET, 1, self._key(e))
            except OSError as x:
                if x.errno == errno.ENOENT:
                    self.known.pop(i, None)
                    continue
                raise
            n = ct_parse(r[0][1])
            self.known[i] = n
            out.append(n)
        out.sort(key=lambda e: json.dumps([e["orig"], e["reply"]], sort_keys=True))
        return out

    def dump(self):
        out = []
        for f in (2, 10):
            for t, body in self.q.req(self.GET, 1 | 0x300, nfgen(f)):
                out.append(ct_parse(body))
        return out

    def delete(self, e):
        try:
            self.q.req(self.DEL, 1 | 4, self._key(e))
        except OSError as x:
            if x.errno != errno.ENOENT:
                raise

    def flush(self, full=False):
        if full:
            self.q.req(self.DEL, 1 | 4, nfgen(0))
        else:
            self.events()
            for e in list(self.known.values()):
                self.delete(e)
        for _ in range(200):
            self.events()
            if not self.count():
                break
            Conntrack.resyncs += 1
            self.q.req(self.DEL, 1 | 4, nfgen(0))   # full flush
            time.sleep(0.001)
        self.known.clear()

    def set_timeout(self, e, secs):
        self.q.req(self.NEW, 1 | 4, self._key(e) + nla(7, struct.pack(">I", secs)))

    def advance(self, secs, up=0):
        """Emulated clock: every entry gets N seconds older; those that would have expired are deleted.  What the kernel
        tells is rounded down; `up` 1 rounds up instead, which is exact for entries whose time was set less than 1 s ago."""
        for e in self.table():
            left = e.get("timeout", 0) + up - secs
            if left <= 0:
                self.delete(e)
            else:
                self.set_timeout(e, int(left))
