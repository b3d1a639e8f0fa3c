// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.classify.Classifier;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.Table;
import io.nfl.api.net.Verdict;
import io.nfl.engine.conntrack.Connection;
import io.nfl.engine.conntrack.CtInfo;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.packet.Packet;
import io.nfl.engine.packet.Reassembly;
import io.nfl.engine.route.RouteError;

/** The stages: tables, conntrack, NAT and defragmentation as they stand at the hooks. */
final class Stages {
    private final Pipeline pipeline;
    private final Stage defragment = this::defragment;
    private final Stage conntrack = this::track;
    private final Stage confirm = this::confirm;

    Stages(final Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    Stage defragment() {
        return defragment;
    }

    Stage conntrack() {
        return conntrack;
    }

    Stage confirm() {
        return confirm;
    }

    /** {@code nf_defrag_ipv4}, {@code nf_defrag_ipv6}: not for what conntrack has seen, or shall not see. */
    private int defragment(final Passage passage, final Hook hook) {
        final Packet packet = passage.packet;
        final Connection connection = packet.connection;
        if (connection != null && !connection.isTemplate() || packet.ctInfo == CtInfo.UNTRACKED) {
            return Verdict.ACCEPT;
        }
        if (!Reassembly.isFragment(packet) || Reassembly.isTruncated(packet)) {
            return Verdict.ACCEPT;
        }
        final Reassembly.User user =
                hook == Hook.PREROUTING ? Reassembly.User.CONNTRACK_IN : Reassembly.User.CONNTRACK_OUT;
        final int zone = connection == null ? 0 : connection.zone().id(0);
        final int result = pipeline.reassembly().gather(packet, user, zone);
        if (result == Reassembly.WHOLE) {
            return Verdict.ACCEPT;
        }
        Recorder.dropped(passage, result == Reassembly.KEPT ? DropReason.FRAGMENTS_WAIT : DropReason.BAD_FRAGMENT);
        return Verdict.STOLEN;
    }

    private int track(final Passage passage, final Hook hook) {
        final int verdict = pipeline.conntrack().in(passage.packet, hook);
        Recorder.tracked(passage);
        if (verdict != Verdict.ACCEPT) {
            Recorder.dropped(passage, DropReason.CONNTRACK_FULL);
        }
        return verdict;
    }

    /** {@code nf_confirm}. */
    private int confirm(final Passage passage, final Hook hook) {
        final int verdict = pipeline.conntrack().confirm(passage.packet);
        if (verdict != Verdict.ACCEPT) {
            Recorder.dropped(passage, DropReason.CONNTRACK_CLASH);
        }
        return verdict;
    }

    Stage table(final Classifier classifier, final Table table) {
        return (passage, hook) -> classify(classifier, table, hook, passage);
    }

    private static int classify(
            final Classifier classifier, final Table table, final Hook hook, final Passage passage) {
        passage.targets.at(hook);
        return settled(passage, classifier.classify(table, hook, passage.packet, passage.targets));
    }

    /** A verdict of rules as hooks know it: that a match found the packet malformed is a reason, and a drop. */
    static int settled(final Passage passage, final int verdict) {
        if (verdict != Verdict.HOTDROP) {
            return verdict;
        }
        Recorder.dropped(passage, DropReason.HOTDROP);
        return Verdict.DROP;
    }

    /** {@code ipt_mangle_out}, {@code ip6t_mangle_out}: a change of what routing looks at asks it again. */
    Stage mangleOutput(final Classifier classifier) {
        return (passage, hook) -> {
            final Packet packet = passage.packet;
            final boolean ipv4 = packet.family() == Family.IPV4;
            final int mark = packet.mark();
            final int head = ipv4 ? packet.trafficClass() : packet.intAt(0);
            final int hops = ipv4 ? 0 : packet.ttl();
            final int verdict = classify(classifier, Table.MANGLE, hook, passage);
            if (verdict != Verdict.ACCEPT) {
                return verdict;
            }
            final boolean changed = packet.mark() != mark
                    || head != (ipv4 ? packet.trafficClass() : packet.intAt(0))
                    || hops != (ipv4 ? 0 : packet.ttl());
            return changed ? reroute(passage) : verdict;
        };
    }

    /** {@code ip_route_me_harder}. The out device that later OUTPUT chains see stays the old one. */
    private int reroute(final Passage passage) {
        passage.formerRoute.copy(passage.route);
        final RouteError error = pipeline.routing()
                .rerouteOutput(passage.packet, passage.packet.boundDevice, passage.formerRoute, passage.route);
        Recorder.routed(passage, true);
        if (error == RouteError.NONE) {
            return Verdict.ACCEPT;
        }
        Recorder.dropped(passage, DropReason.REROUTE_FAILED);
        passage.errno = error.errno();
        return Verdict.DROP;
    }

    /** {@code nf_nat_inet_fn} with {@code nf_nat_ipv4_local_fn} and their IPv6 kin. */
    Stage nat(final Classifier classifier, final Hook at) {
        return (passage, hook) -> {
            final Packet packet = passage.packet;
            final long high = destinationHigh(packet);
            final long low = destinationLow(packet);
            final Recorder.Ends before = passage.flow == null ? null : Recorder.Ends.of(packet);
            passage.targets.natRules(classifier);
            passage.targets.at(hook);
            if (isIcmpError(packet)) {
                packet.pull(WrittenHeaders.ofQuote(packet, isTranslated(packet)));
            }
            final int verdict = pipeline.nat().hook(packet, hook, passage.targets);
            if (packet.fragmentCount > 1 && isTranslated(packet)) {
                packet.pull(WrittenHeaders.ofPacket(packet));
            }
            if (before != null) {
                Recorder.translated(passage, hook, before);
                pipeline.nat().dropReason().ifPresent(reason -> Recorder.dropped(passage, reason));
            }
            if (at == Hook.PREROUTING && (low != destinationLow(packet) || high != destinationHigh(packet))) {
                // A packet that came back by lo loses its old routing decision.
                passage.routed = false;
            }
            if (verdict != Verdict.ACCEPT || at != Hook.OUTPUT || !goesElsewhere(packet)) {
                return verdict;
            }
            return reroute(passage);
        };
    }

    private static long destinationHigh(final Packet packet) {
        return packet.family() == Family.IPV4 ? 0 : packet.ipv6DestinationHigh();
    }

    private static long destinationLow(final Packet packet) {
        return packet.family() == Family.IPV4 ? packet.ipv4Destination() : packet.ipv6DestinationLow();
    }

    private static boolean isIcmpError(final Packet packet) {
        final int icmp = packet.family() == Family.IPV4 ? IpProtocol.ICMP.number() : IpProtocol.IPV6_ICMP.number();
        return packet.fragmentCount > 1
                && packet.transportProtocol() == icmp
                && (packet.ctInfo == CtInfo.RELATED || packet.ctInfo == CtInfo.RELATED_REPLY);
    }

    private static boolean isTranslated(final Packet packet) {
        final Connection connection = packet.connection;
        return connection != null && (connection.status() & Connection.NAT_MASK) != 0;
    }

    /** Whether the destination differs from where the replies come from: then it was translated. */
    private static boolean goesElsewhere(final Packet packet) {
        final Connection connection = packet.connection;
        if (connection == null) {
            return false;
        }
        if (CtInfo.direction(packet.ctInfo) == 0) {
            return connection.originalDestinationLow() != connection.replySourceLow()
                    || connection.originalDestinationHigh() != connection.replySourceHigh();
        }
        return connection.replyDestinationLow() != connection.originalSourceLow()
                || connection.replyDestinationHigh() != connection.originalSourceHigh();
    }
}
