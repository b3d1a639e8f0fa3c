"""Some conversations at once, and a few packets of each: what generate.py's random rules are tried with."""
import struct

import pkt
from . import hosts

FLAGS_AFTER_NOTHING = ["A", "R", "FA", "SA", "", "SF", "PA"]


class Talk:
    """One conversation: who speaks to whom, and how far it is."""

    def __init__(self, r, net):
        self.net, self.kind = net, r.choice(["udp", "udp", "udp", "tcp", "tcp", "tcp", "icmp", "icmp", "sctp", "other"])
        self.side = r.randrange(3)
        self.near, self.near_port = r.choice(net.hosts[self.side]), r.choice([5000, 1234, 700, 40000])
        x = r.random()
        if x < 0.5:
            self.far = r.choice(net.far)
        elif x < 0.75:
            self.far = r.choice(net.hosts[(self.side + 1 + r.randrange(2)) % 3])
        elif x < 0.95:
            self.far = r.choice(net.own)
        else:
            self.far = r.choice(net.groups + ([] if net.v6 else [net.nets[self.side] + "255"]))
        self.far_port, self.other = r.choice([53, 80, 5353, 8080]), net.side(self.far)
        self.seq, self.tags, self.begun = [1000 * r.randint(1, 9), 5000 * r.randint(1, 9)], [r.getrandbits(32), r.getrandbits(32)], False

    def ends(self, reply):
        """-> source, destination, source port, destination port, device"""
        if reply:
            return self.far, self.near, self.far_port, self.near_port, f"eth{self.other}"
        return self.near, self.far, self.near_port, self.far_port, f"eth{self.side}"

    def is_quiet(self):
        """nobody answers: the host itself would, or it is a group"""
        return self.far in self.net.own or self.net.is_group(self.far)


class Traffic:
    """`framed`: whether the devices are Ethernet"""

    def __init__(self, r, nets, listeners=(), framed=False):
        self.r, self.nets, self.events, self.count, self.listeners, self.framed = r, nets, [], 0, listeners, framed

    def put(self, device, packet):
        if self.framed:
            packet = self.header(device, packet) + packet
        self.events.append({"type": "in", "iface": device, "hex": packet.hex()})

    def header(self, device, packet):
        """Ethernet: to the device, to all, to a group, or to somebody else"""
        r, v6 = self.r, packet[0] >> 4 == 6
        to, group = bytes.fromhex(hosts.mac(device).replace(":", "")), len(packet) > 24 and (packet[24] == 255 if v6 else packet[16] & 0xF0 == 0xE0)
        x = r.random()
        if group and x < 0.9:
            to = b"\x33\x33" + packet[36:40] if v6 else b"\1\0\x5e" + bytes([packet[17] & 0x7F]) + packet[18:20]
        elif x < 0.05 or not v6 and packet[16:20] == b"\xff" * 4 and x < 0.9:
            to = b"\xff" * 6
        elif x < 0.08:
            to = b"\1\0\x5e\0\0\1"
        elif x < 0.1:
            to = b"\2\0\0\0\x99\x99"
        sender = bytes([2, 0, 0, 0, int(device[-1]), r.choice([10, 20])])
        return to.ljust(6, b"\0") + sender + struct.pack(">H", 0x86DD if v6 else 0x0800)

    def arrive(self, device, number, src, dst, body, ttl=64, tos=0):
        """one packet, whole, in fragments, or spoilt"""
        r, v6 = self.r, ":" in src
        self.count += 1
        if v6:
            if r.random() < 0.05:
                extension, number = r.choice([(b"\0\1\4\0\0\0\0", 0), (b"\0\1\4\0\0\0\0", 60), (b"\0\5\2\0\0\1\0", 0)]), number
                whole = pkt.header6(src, dst, extension[1], bytes([number]) + extension[0] + body, ttl, tos)
                return self.put(device, whole)
            packet = pkt.header6(src, dst, number, body, ttl, tos)
        else:
            options = r.choice([b"\x94\x04\0\0", b"\1\1\1\0"]) if r.random() < 0.03 else b""
            packet = pkt.header4(src, dst, number, body, ttl, tos, self.count, 0x4000 if r.random() < 0.6 else 0, options)
        if len(body) > (1200 if v6 else 1400) or r.random() < 0.07 and len(body) > 24:
            return self.in_pieces(device, number, src, dst, body, ttl, tos, b"" if v6 else options)
        if r.random() < 0.02:
            packet = packet[:r.randrange(1, len(packet))]
        if r.random() < 0.03:
            at = r.randrange(len(packet))
            packet = packet[:at] + bytes([packet[at] ^ 1 << r.randrange(8)]) + packet[at + 1:]
        self.put(device, packet)

    def in_pieces(self, device, number, src, dst, body, ttl, tos, options):
        r, v6 = self.r, ":" in src
        size = max(8, len(body) // 2 & ~7) if len(body) <= 2400 else 1200
        if v6 and r.random() < 0.7:
            size = min(size, 1224)
        df = r.random() < 0.6
        pieces = pkt.fragments(src, dst, number, body, size, r.getrandbits(32) if v6 else self.count + 100, ttl, tos,
                               df=lambda: df and r.random() < 0.8, options=options)
        if r.random() < 0.2:
            r.shuffle(pieces)
        if r.random() < 0.1:
            pieces.insert(1, pieces[0])
        if r.random() < 0.05:
            pieces.pop(r.randrange(len(pieces)))
        for piece in pieces:
            self.put(device, piece)

    # ---- what is said

    def say(self, talk, reply, ttl, tos):
        src, dst, sport, dport, device = talk.ends(reply)
        number, body = getattr(self, talk.kind)(talk, reply, src, dst, sport, dport)
        self.arrive(device, number, src, dst, body, ttl, tos)
        talk.begun = True

    def udp(self, talk, reply, src, dst, sport, dport):
        r = self.r
        size = r.choice([1, 10, 30, 600, 1300, 1450, 2000]) if r.random() < 0.4 else 5
        return pkt.payload(src, dst, "udp", sport=sport, dport=dport, data=bytes(size), badsum=r.random() < 0.02, nosum=r.random() < 0.03)

    def tcp(self, talk, reply, src, dst, sport, dport):
        r = self.r
        if any(l["proto"] == "tcp" for l in self.listeners):
            flags = "R" if talk.begun else "S"      # nobody knows what to acknowledge to a listener
        elif not talk.begun:
            flags = "S" if r.random() < 0.85 else r.choice(FLAGS_AFTER_NOTHING)
        elif reply:
            flags = r.choice(["SA", "SA", "A", "PA", "FA", "R", "RA"])
        else:
            flags = r.choice(["A", "A", "PA", "FA", "R", "S"])
        data = bytes(r.choice([5, 100])) if "P" in flags else b""
        opt = r.choice([b"\2\4\5\xb4", b"\2\4\5\xb4\4\2\1\1", b"\2\4\2\x18\1\3\3\7"]) if "S" in flags and r.random() < 0.6 else b""
        seq = talk.seq[reply] + (r.choice([0, 0, 0, 1, 100000]) if r.random() < 0.1 and not self.listeners else 0)
        ack = talk.seq[1 - reply] if "A" in flags else 0
        talk.seq[reply] += len(data) + ("S" in flags) + ("F" in flags)
        return pkt.payload(src, dst, "tcp", sport=sport, dport=dport, flags=flags, seq=seq & 0xFFFFFFFF, ack=ack, data=data, opt=opt,
                           badsum=r.random() < 0.02)

    def icmp(self, talk, reply, src, dst, sport, dport):
        r = self.r
        data = bytes(r.choice([12, 12, 12, 1400]))
        if talk.net.v6:
            return pkt.payload(src, dst, "icmp6", type=129 if reply else r.choice([128, 128, 128, 139]), id=talk.near_port, data=data)
        return pkt.payload(src, dst, "icmp", type=0 if reply else r.choice([8, 8, 8, 8, 13, 17, 10]), id=talk.near_port, data=data)

    def sctp(self, talk, reply, src, dst, sport, dport):
        r = self.r
        opening = struct.pack(">IIHHI", talk.tags[reply], 1000, 1, 1, 1)
        kind = (r.choice([2, 11, 0, 5, 8, 14, 6]) if reply else r.choice([10, 0, 4, 7, 6, 1])) if talk.begun else r.choice([1, 1, 1, 1, 4, 0, 8])
        body = {1: opening, 2: opening, 0: bytes(12), 4: b"hb", 5: b"hb", 7: bytes(4), 10: b"cook"}.get(kind, b"")
        return 132, pkt.sctp(sport, dport, 0 if kind == 1 else talk.tags[1 - reply], pkt.chunk(kind, 0, body), r.random() < 0.02)

    def other(self, talk, reply, src, dst, sport, dport):
        r = self.r
        kind = r.choice([132, 47, 253, 50, 33, 136])
        if kind == 33:
            return pkt.payload(src, dst, "dccp", sport=sport, dport=dport, type=1 if reply else r.choice([0, 0, 2, 7]))
        if kind == 136:
            return 136, pkt.payload(src, dst, "udp", sport=sport, dport=dport, data=b"lite")[1]
        if kind == 47:
            return 47, r.choice([b"\0\0\x08\0abcd", b"\x30\1\x88\x0b\0\4\0\7\0\0\0\1", bytes(range(20))])
        return kind, bytes(range(20))

    def complain(self, talk, ttl, tos):
        """an ICMP error about the conversation"""
        r, net = self.r, talk.net
        sender = talk.far if r.random() < 0.5 else net.neighbour(talk.other)
        if net.is_group(sender):
            return
        if talk.kind == "tcp":
            number, body = pkt.payload(talk.near, talk.far, "tcp", sport=talk.near_port, dport=talk.far_port, flags="A",
                                       seq=talk.seq[0], ack=talk.seq[1])
        elif talk.kind == "icmp":
            number, body = pkt.payload(talk.near, talk.far, "icmp6" if net.v6 else "icmp", id=talk.near_port)
        elif talk.kind == "sctp":
            number, body = 132, pkt.sctp(talk.near_port, talk.far_port, talk.tags[1], pkt.chunk(0, 0, bytes(12)))
        else:
            number, body = pkt.payload(talk.near, talk.far, "udp", sport=talk.near_port, dport=talk.far_port, data=b"x")
        quoted = pkt.header6(talk.near, talk.far, number, body, 60) if net.v6 else pkt.header4(talk.near, talk.far, number, body, 60)
        kind, code = r.choice([(1, 4), (2, 0), (3, 0), (4, 1)] if net.v6 else [(3, 3), (3, 4), (11, 0), (3, 1), (4, 0), (12, 0)])
        rest = struct.pack(">I", 1300 if (kind, code) in ((2, 0), (3, 4)) else 0)
        quoted = quoted if net.v6 else quoted[:r.choice([28, 48, len(quoted)])]
        number, body = pkt.payload(sender, talk.near, "icmp6" if net.v6 else "icmp", type=kind, code=code, rest=rest, data=quoted)
        self.arrive(f"eth{talk.other}", number, sender, talk.near, body, ttl, tos)

    # ---- what the host's own programs do

    def program(self, talk):
        r, net = self.r, talk.net
        to = r.choice(net.far[:2]) if net.is_group(talk.far) else r.choice([talk.far, talk.far, talk.near])
        event = {"type": "udp_send", "dst": to, "dport": talk.far_port, "sport": r.choice([3333, 5000, 1234]), "data": "aabb"}
        x = r.random()
        if x < 0.15:
            event["src"] = r.choice(net.own)
        if 0.1 < x < 0.25:
            event["mark"] = r.choice([1, 2])
        if x > 0.85:
            number, body = pkt.payload(net.own[1], to, "udp", sport=6666, dport=talk.far_port, data=b"raw")
            packet = pkt.header6(net.own[1], to, number, body) if net.v6 else pkt.header4(net.own[1], to, number, body, 64, 0, 77)
            event = {"type": "out", "hex": packet.hex()}
            if x > 0.92:
                event["mark"] = r.choice([1, 2])
            elif not net.v6:
                event["bind"] = net.own[1]
        self.events.append(event)

    def connect(self, talk):
        r, net = self.r, talk.net
        tcp = [l for l in self.listeners if l["proto"] == "tcp"]
        to = r.choice(net.own) if tcp and r.random() < 0.5 else r.choice(net.far[:2] + net.hosts[1])
        self.count += 1         # a port of its own: programs that want one twice are refused by bind()
        self.events.append({"type": "tcp_connect", "dst": to, "dport": r.choice([80, 8080, 5353]), "sport": r.choice([3500, 900, 45000]) + self.count})

    def step(self, talks):
        r = self.r
        talk, x = r.choice(talks), r.random()
        ttl, tos = r.choice([64, 64, 64, 64, 2, 1, 128]), r.choice([0, 0, 0, 8, 0x10, 1, 3, 0xB8])
        if x < 0.08:
            self.complain(talk, ttl, tos)
        elif x < 0.13 and talk.kind in ("udp", "tcp"):
            self.program(talk)
        elif x < 0.15:
            if not any(e["type"] == "advance" for e in self.events):
                self.events.append({"type": "advance", "seconds": r.choice([10, 40, 130])})
        elif x < 0.16:
            self.connect(talk)
        elif x < 0.163:
            self.events.append({"type": "flush"})
        else:
            reply = r.random() < 0.35 and talk.begun
            if not (reply and talk.is_quiet()):
                self.say(talk, int(reply), ttl, tos)

    def run(self):
        r = self.r
        talks = [Talk(r, r.choice(self.nets)) for _ in range(r.randint(2, 5))]
        for _ in range(r.randint(5, 14)):
            self.step(talks)
        return self.events


def listeners(r, nets):
    out, seen = [], set()
    for _ in range(r.randint(1, 3)):
        net = r.choice(nets)
        one = (r.choice(["udp", "udp", "tcp"]), r.choice(net.own + ["::" if net.v6 else "0.0.0.0"]), r.choice([53, 80, 5353, 8080]))
        if (one[0], one[2]) not in seen:
            seen.add((one[0], one[2]))
            out.append({"proto": one[0], "addr": one[1], "port": one[2]})
    return out
