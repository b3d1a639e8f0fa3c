// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.classify.Classifier;
import io.nfl.api.classify.CtTemplate;
import io.nfl.api.classify.HopLimitOperation;
import io.nfl.api.classify.LogParameters;
import io.nfl.api.classify.NatRange;
import io.nfl.api.classify.RejectWith;
import io.nfl.api.classify.Targets;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Table;
import io.nfl.api.net.Verdict;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.engine.conntrack.Connection;
import io.nfl.engine.nat.NatRules;
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.packet.Packet;

/** What targets do to one passage's packet. Each passage has its own: a packet made by a rule does not disturb it. */
final class PacketTargets implements Targets, NatRules {
    private static final int MAX_HOPS = 255;
    private static final int ECN_MASK = 3;

    private final Pipeline pipeline;
    private final Passage passage;
    private Hook hook = Hook.PREROUTING;

    @org.jspecify.annotations.Nullable
    private Classifier natRules;

    PacketTargets(final Pipeline pipeline, final Passage passage) {
        this.pipeline = pipeline;
        this.passage = passage;
    }

    void at(final Hook value) {
        hook = value;
    }

    void natRules(final Classifier classifier) {
        natRules = classifier;
    }

    /** Walks the nat table's chain of the hook. */
    @Override
    public int run(final Packet packet, final Hook at) {
        final Classifier rules = natRules;
        if (rules == null) {
            throw new IllegalStateException("no nat table at " + at);
        }
        return Stages.settled(passage, rules.classify(Table.NAT, at, packet, this));
    }

    @Override
    public void mark(final int value, final int mask) {
        passage.packet.mark(passage.packet.mark() & ~mask ^ value);
    }

    @Override
    public void setConnmark(final int value, final int mask) {
        final Connection connection = passage.packet.connection;
        if (connection != null) {
            connection.setMark(connection.mark() & ~mask ^ value);
        }
    }

    @Override
    public void saveMark(final int packetMask, final int ctMask) {
        final Connection connection = passage.packet.connection;
        if (connection != null) {
            connection.setMark(connection.mark() & ~ctMask ^ passage.packet.mark() & packetMask);
        }
    }

    @Override
    public void restoreMark(final int packetMask, final int ctMask) {
        final Connection connection = passage.packet.connection;
        if (connection != null) {
            passage.packet.mark(passage.packet.mark() & ~packetMask ^ connection.mark() & ctMask);
        }
    }

    @Override
    public int snat(final NatRange range) {
        return pipeline.nat().snat(passage.packet, range);
    }

    @Override
    public int dnat(final NatRange range) {
        return pipeline.nat().dnat(passage.packet, range);
    }

    @Override
    public int masquerade(final NatRange range) {
        return pipeline.nat().masquerade(passage.packet, range, nextHop());
    }

    /** {@code rt_nexthop}: the gateway, or the destination as it is now. */
    private IpAddress nextHop() {
        final Packet packet = passage.packet;
        return passage.route.hasGateway() || packet.family() == Family.IPV6
                ? passage.route.nextHop()
                : IpAddress.v4(packet.ipv4Destination());
    }

    @Override
    public int redirect(final NatRange range) {
        return pipeline.nat().redirect(passage.packet, hook, range);
    }

    @Override
    public int netmap(final NatRange network) {
        return pipeline.nat().netmap(passage.packet, hook, network);
    }

    @Override
    public int reject(final RejectWith with) {
        final boolean answered = pipeline.reject().answer(passage, with);
        if (passage.flow != null) {
            Recorder.step(passage, new TraceStep.Rejected(with, answered));
        }
        return Verdict.DROP;
    }

    @Override
    public void log(final LogParameters parameters) {
        if (passage.flow != null) {
            Recorder.step(passage, new TraceStep.Logged(parameters.prefix()));
        }
    }

    @Override
    public void nflog(final int group, final String prefix, final int bytes) {
        if (passage.flow != null) {
            Recorder.step(passage, new TraceStep.LoggedToGroup(group, prefix, bytes));
        }
    }

    @Override
    public void trace() {
        passage.packet.traced(true);
    }

    @Override
    public void noTrack() {
        pipeline.conntrack().noTrack(passage.packet);
    }

    @Override
    public void track(final CtTemplate template) {
        pipeline.conntrack().track(passage.packet, pipeline.template(template));
    }

    @Override
    public int hopLimit(final HopLimitOperation operation, final int value) {
        final Packet packet = passage.packet;
        final int before = packet.ttl();
        final int after = switch (operation) {
            case SET -> value;
            case INCREMENT -> Math.min(before + value, MAX_HOPS);
            case DECREMENT -> Math.max(before - value, 0);
        };
        if (packet.family() == Family.IPV6) {
            packet.sumOutdated |= packet.summed && after != before;
            packet.putByte(Ipv6Header.HOP_LIMIT, after);
        } else if (after != before) {
            changeIpv4(packet, Ipv4Header.TTL, after);
        }
        return Verdict.CONTINUE;
    }

    @Override
    public void dscp(final int dscp) {
        trafficClass(passage.packet, passage.packet.trafficClass() & ECN_MASK | dscp << 2);
    }

    @Override
    public void tos(final int value, final int mask) {
        trafficClass(passage.packet, (passage.packet.trafficClass() & ~mask ^ value) & 0xFF);
    }

    private void trafficClass(final Packet packet, final int value) {
        if (packet.family() == Family.IPV6) {
            packet.sumOutdated |= packet.summed && packet.trafficClass() != value;
            packet.putShort(0, packet.shortAt(0) & 0xF00F | value << 4);
        } else if (packet.trafficClass() != value) {
            changeIpv4(packet, Ipv4Header.TOS, value);
        }
    }

    /** Changes one byte of the IPv4 header and its checksum with it. */
    static void changeIpv4(final Packet packet, final int at, final int value) {
        final int word = at & ~1;
        final int before = packet.shortAt(word);
        packet.putByte(at, value);
        packet.putShort(
                Ipv4Header.CHECKSUM,
                Checksum.replace16(packet.shortAt(Ipv4Header.CHECKSUM), before, packet.shortAt(word)));
    }

    @Override
    public int tcpMss(final int mss) {
        final TcpMss target = pipeline.tcpMss();
        final int value = mss == CLAMP_TO_PMTU ? target.clamped(passage.packet, passage.route) : mss;
        if (target.set(passage.packet, value)) {
            return Verdict.CONTINUE;
        }
        Recorder.dropped(passage, DropReason.BAD_SEGMENT);
        return Verdict.DROP;
    }

    @Override
    public void classify(final int priority) {
        passage.packet.priority = priority;
    }

    @Override
    public void copy(final IpAddress gateway, final String device) {
        pipeline.duplication().send(passage, hook, gateway, device);
    }
}
