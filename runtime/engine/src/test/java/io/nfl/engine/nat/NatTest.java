// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.api.classify.CtTemplate;
import io.nfl.api.classify.NatRange;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.PortRange;
import io.nfl.api.net.TcpFlags;
import io.nfl.api.net.Verdict;
import io.nfl.engine.clock.Clock;
import io.nfl.engine.conntrack.ConntrackSysctl;
import io.nfl.engine.conntrack.CtInfo;
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.Packet;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NatTest {
    private static final String CLIENT = "192.168.1.10";
    private static final String SERVER = "198.51.100.5";
    private static final String PUBLIC = "203.0.113.2";

    private final NatHost host = new NatHost(device -> List.of(IpAddress.parse(PUBLIC)));
    private final NatRules rulesOfSnat =
            (packet, hook) -> hook == Hook.POSTROUTING ? host.nat.snat(packet, range(PUBLIC, PUBLIC)) : Verdict.ACCEPT;

    NatTest() {
        host.translating(true);
    }

    private static NatRange range(final String low, final String high) {
        return NatRange.to(new AddressRange(IpAddress.parse(low), IpAddress.parse(high)), Optional.empty());
    }

    private int forward(final Packet packet, final NatRules rules) {
        final int verdict = host.prerouting(packet, rules);
        packet.out("eth0");
        return verdict == Verdict.ACCEPT ? host.postrouting(packet, rules) : verdict;
    }

    @Test
    void checksumsAfterTranslationAreThoseThatWouldBeComputedAnew() {
        final Random random = new Random(11);
        for (int i = 0; i < 2000; i++) {
            final NatHost fresh = new NatHost(device -> List.of());
            fresh.translating(true);
            final boolean v6 = random.nextBoolean();
            final Packet packet = randomPacket(fresh, random, v6);
            final String target = v6 ? "2001:db8::" + Integer.toHexString(1 + random.nextInt(0xFFFE)) : address(random);
            final boolean source = random.nextBoolean();
            final NatRange range = NatRange.to(
                    range(target, target).addresses().orElseThrow(),
                    Optional.of(PortRange.of(1 + random.nextInt(65_535))));
            final NatRules rules = (p, hook) -> hook == Hook.POSTROUTING && source
                    ? fresh.nat.snat(p, range)
                    : hook == Hook.PREROUTING && !source ? fresh.nat.dnat(p, range) : Verdict.ACCEPT;
            assertThat(fresh.prerouting(packet, rules)).isEqualTo(Verdict.ACCEPT);
            assertThat(fresh.postrouting(packet, rules)).isEqualTo(Verdict.ACCEPT);
            final String translated = hex(packet);
            Packets.fill(packet, packet.transportProtocol());
            if (!v6) {
                Checksum.ipv4(packet);
            }
            assertThat(translated).as("seed 11, packet %d", i).isEqualTo(hex(packet));
        }
    }

    private static Packet randomPacket(final NatHost host, final Random random, final boolean v6) {
        final String from = v6 ? "2001:db8:1::" + Integer.toHexString(1 + random.nextInt(99)) : address(random);
        final String to = v6 ? "2001:db8:2::7" : address(random);
        final int sport = 1 + random.nextInt(65_535);
        final int dport = 1 + random.nextInt(65_535);
        return switch (random.nextInt(4)) {
            case 0 -> Packets.udp(host, from, sport, to, dport);
            case 1 -> Packets.tcp(host, from, sport, to, dport, TcpFlags.SYN, random.nextInt());
            case 2 -> Packets.sctp(host, from, sport, to, dport);
            default -> Packets.echo(host, from, to, sport);
        };
    }

    private static String address(final Random random) {
        return IpAddress.v4(0x0A00_0000 | random.nextInt(1 << 24)).toString();
    }

    private static String hex(final Packet packet) {
        return HexFormat.of().formatHex(packet.bytes(), 0, packet.length());
    }

    @Test
    void establishedPacketsAllocateNothing() {
        assertThat(forward(Packets.udp(host, CLIENT, 5000, SERVER, 53), rulesOfSnat))
                .isEqualTo(Verdict.ACCEPT);
        final Packet request = Packets.udp(host, CLIENT, 5000, SERVER, 53);
        final Packet reply = Packets.udp(host, SERVER, 53, PUBLIC, 5000);
        final byte[] requestBytes = request.bytes().clone();
        final byte[] replyBytes = reply.bytes().clone();
        final var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = 0;
        for (int round = 0; round < 20_000; round++) {
            if (round == 19_000) {
                allocated = threads.getCurrentThreadAllocatedBytes();
            }
            again(reply, replyBytes);
            again(request, requestBytes);
        }
        // Reading the counter costs a few bytes of its own.
        assertThat(threads.getCurrentThreadAllocatedBytes() - allocated).isLessThan(1000);
    }

    private void again(final Packet packet, final byte[] bytes) {
        packet.clear();
        System.arraycopy(bytes, 0, packet.bytes(), 0, packet.length());
        if (forward(packet, rulesOfSnat) != Verdict.ACCEPT) {
            throw new AssertionError("dropped");
        }
    }

    @Test
    void offsetMappingKeepsTheDistanceToTheBasePort() {
        final NatRange range = new NatRange(
                range("192.168.1.20", "192.168.1.20").addresses(),
                Optional.of(new PortRange(7000, 7100)),
                OptionalInt.of(53),
                false,
                false,
                false);
        final NatRules rules =
                (packet, hook) -> hook == Hook.PREROUTING ? host.nat.dnat(packet, range) : Verdict.ACCEPT;
        final int[][] mapped = {{53, 7000}, {60, 7007}, {10, 7045}};
        for (final int[] pair : mapped) {
            final Packet packet = Packets.udp(host, SERVER, 4000, PUBLIC, pair[0]);
            forward(packet, rules);
            assertThat(packet.shortAt(22)).isEqualTo(pair[1]);
        }
    }

    @Test
    void aClosedConnectionMakesRoomForANewOneWhenPortsRunOut() {
        final NatRange range = new NatRange(
                range(PUBLIC, PUBLIC).addresses(),
                Optional.of(PortRange.of(6000)),
                OptionalInt.empty(),
                false,
                false,
                false);
        host.chooser.low = 6000;
        final NatRules rules =
                (packet, hook) -> hook == Hook.POSTROUTING ? host.nat.snat(packet, range) : Verdict.ACCEPT;
        final Packet second = Packets.tcp(host, "192.168.1.11", 5000, SERVER, 80, TcpFlags.SYN, 1000);
        forward(Packets.tcp(host, CLIENT, 5000, SERVER, 80, TcpFlags.SYN, 1000), rules);
        // A range of one port is taken as it is, and confirmation drops the second.
        assertThat(forward(second, rules)).isEqualTo(Verdict.DROP);
        assertThat(host.conntrack.count()).isEqualTo(1);
    }

    @Test
    void redirectGoesToTheFirstAddressOfTheInDeviceAndToLoopbackFromHere() {
        final Packet in = Packets.udp(host, SERVER, 4000, "203.0.113.99", 53);
        in.in("eth0");
        host.prerouting(in, (packet, hook) -> host.nat.redirect(packet, hook, NatRange.UNSPECIFIED));
        assertThat(IpAddress.v4(in.ipv4Destination())).isEqualTo(IpAddress.parse(PUBLIC));
        final Packet out = Packets.udp(host, PUBLIC, 4001, SERVER, 53);
        host.conntrack.in(out, Hook.OUTPUT);
        host.nat.hook(out, Hook.OUTPUT, (packet, hook) -> host.nat.redirect(packet, hook, NatRange.UNSPECIFIED));
        assertThat(IpAddress.v4(out.ipv4Destination())).isEqualTo(IpAddress.parse("127.0.0.1"));
    }

    @Test
    void masqueradedPacketsThatWouldLeaveByAnotherDeviceEndTheConnection() {
        final NatRules rules = (packet, hook) -> hook == Hook.POSTROUTING
                ? host.nat.masquerade(packet, NatRange.UNSPECIFIED, IpAddress.parse(SERVER))
                : Verdict.ACCEPT;
        assertThat(forward(Packets.udp(host, CLIENT, 5000, SERVER, 53), rules)).isEqualTo(Verdict.ACCEPT);
        final Packet next = Packets.udp(host, CLIENT, 5000, SERVER, 53);
        host.prerouting(next, rules);
        next.out("eth2");
        assertThat(host.postrouting(next, rules)).isEqualTo(Verdict.DROP);
        assertThat(host.conntrack.count()).isZero();
    }

    @Test
    void aFullTableDropsNewConnectionsAndKeepsTheOldOnes() {
        host.conntrack.settings().set(ConntrackSysctl.MAX, 3);
        for (int port = 1; port <= 3; port++) {
            assertThat(forward(Packets.udp(host, CLIENT, port, SERVER, 53), rulesOfSnat))
                    .isEqualTo(Verdict.ACCEPT);
        }
        assertThat(host.prerouting(Packets.udp(host, CLIENT, 4, SERVER, 53), rulesOfSnat))
                .isEqualTo(Verdict.DROP);
        assertThat(host.prerouting(Packets.udp(host, CLIENT, 1, SERVER, 53), rulesOfSnat))
                .isEqualTo(Verdict.ACCEPT);
        host.clock.advance(31 * Clock.NANOS_PER_SECOND);
        assertThat(host.prerouting(Packets.udp(host, CLIENT, 4, SERVER, 53), rulesOfSnat))
                .isEqualTo(Verdict.ACCEPT);
    }

    @Test
    void zonesKeepConnectionsApart() {
        final var zone = host.conntrack.template(
                new CtTemplate(5, CtTemplate.ZoneDirection.BOTH, Optional.empty(), Optional.empty()));
        final Packet request = Packets.udp(host, CLIENT, 1, SERVER, 53);
        host.conntrack.track(request, zone);
        forward(request, NatRules.ABSENT);
        final Packet reply = Packets.udp(host, SERVER, 53, CLIENT, 1);
        host.prerouting(reply, NatRules.ABSENT);
        assertThat(reply.ctInfo).isEqualTo(CtInfo.NEW);
        final Packet inZone = Packets.udp(host, SERVER, 53, CLIENT, 1);
        host.conntrack.track(inZone, zone);
        host.prerouting(inZone, NatRules.ABSENT);
        assertThat(inZone.ctInfo).isEqualTo(CtInfo.ESTABLISHED_REPLY);
    }

    @Test
    void aZoneOfTheOriginalDirectionLetsRepliesComeFromTheDefaultZone() {
        final var zone = host.conntrack.template(
                new CtTemplate(5, CtTemplate.ZoneDirection.ORIGINAL, Optional.empty(), Optional.empty()));
        final Packet request = Packets.udp(host, CLIENT, 1, SERVER, 53);
        host.conntrack.track(request, zone);
        forward(request, NatRules.ABSENT);
        final Packet reply = Packets.udp(host, SERVER, 53, CLIENT, 1);
        host.prerouting(reply, NatRules.ABSENT);
        assertThat(reply.ctInfo).isEqualTo(CtInfo.ESTABLISHED_REPLY);
    }

    @Test
    void untrackedPacketsAreNotTranslated() {
        final Packet packet = Packets.udp(host, CLIENT, 1, SERVER, 53);
        host.conntrack.noTrack(packet);
        assertThat(forward(packet, rulesOfSnat)).isEqualTo(Verdict.ACCEPT);
        assertThat(IpAddress.v4(packet.ipv4Source())).isEqualTo(IpAddress.parse(CLIENT));
        assertThat(host.conntrack.count()).isZero();
    }
}
