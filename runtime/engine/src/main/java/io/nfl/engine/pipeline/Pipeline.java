// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.classify.Classifier;
import io.nfl.api.classify.CtTemplate;
import io.nfl.api.classify.RuleState;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.host.Device;
import io.nfl.api.host.HostDescription;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.Verdict;
import io.nfl.api.packet.IcmpHeader;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.api.packet.TcpHeader;
import io.nfl.engine.choice.Chooser;
import io.nfl.engine.clock.Clock;
import io.nfl.engine.conntrack.Connection;
import io.nfl.engine.conntrack.Conntrack;
import io.nfl.engine.localhost.AnswerRate;
import io.nfl.engine.localhost.Carrier;
import io.nfl.engine.localhost.HostSettings;
import io.nfl.engine.localhost.IcmpErrors;
import io.nfl.engine.localhost.IcmpLock;
import io.nfl.engine.localhost.LocalHost;
import io.nfl.engine.localhost.LocalOutput;
import io.nfl.engine.localhost.LocalSender;
import io.nfl.engine.localhost.Peers;
import io.nfl.engine.localhost.Redirects;
import io.nfl.engine.localhost.Reject;
import io.nfl.engine.localhost.Sockets;
import io.nfl.engine.localhost.TcpConversations;
import io.nfl.engine.localhost.TcpReset;
import io.nfl.engine.localhost.UnreachableRate;
import io.nfl.engine.nat.Nat;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.packet.Packet;
import io.nfl.engine.packet.Reassembly;
import io.nfl.engine.packet.ReceiveCheck;
import io.nfl.engine.route.Routing;
import io.nfl.engine.state.RuleStates;
import io.nfl.engine.state.Turn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The paths between the hooks: receive, deliver, forward, send. What the host makes on the way (errors, resets, copies)
 * runs through at once, as in the kernel; what goes to lo waits until the packet at hand is done. Established traffic
 * allocates nothing. NOT thread safe.
 */
final class Pipeline implements LocalOutput {
    private final Conntrack conntrack;
    private final Nat nat;
    private final Routing routing;
    private final EngineOptions options;
    private final Departure departure;
    private final Reassembly reassembly;
    private final Recorder recorder;
    private final Stages stages;
    private final Hooks ipv4;
    private final Hooks ipv6;
    private final IcmpErrors errors;
    private final Reject reject;
    private final UnreachableRate unreachableRate;
    private final ForwardChecks forwardChecks;
    private final LocalHost localHost;
    private final LocalSender sender;
    private final Sockets sockets = new Sockets();
    private final TcpMss tcpMss;
    private final Turn turn = new Turn();
    private final Duplication duplication;
    private final Map<CtTemplate, Connection> templates = new HashMap<>();
    private final ArrayDeque<Passage> pool = new ArrayDeque<>();
    private final ArrayDeque<Passage> loopback = new ArrayDeque<>();
    /** Whether a packet that came in is at work: the kernel's softirq. */
    private boolean receiving;

    Pipeline(
            final HostDescription host,
            final Map<Family, Classifier> classifiers,
            final Conntrack conntrack,
            final Nat nat,
            final Routing routing,
            final Clock clock,
            final Chooser chooser,
            final EngineOptions options,
            final Output output) {
        this.conntrack = conntrack;
        this.nat = nat;
        this.routing = routing;
        this.options = options;
        this.recorder = new Recorder(host.kernel().backEnd());
        this.reassembly = new Reassembly(clock);
        final Peers peers = new Peers(clock);
        this.unreachableRate = new UnreachableRate(clock, peers);
        this.stages = new Stages(this);
        final HostSettings settings = HostSettings.of(host.sysctls());
        final IcmpLock lock = new IcmpLock();
        final AnswerRate rate = new AnswerRate(clock, peers, settings);
        this.errors = new IcmpErrors(routing, conntrack, this, chooser, settings, lock, rate);
        this.departure = new Departure(this, errors, chooser, output);
        final TcpReset reset = new TcpReset(routing, conntrack, this, settings);
        this.reject = new Reject(errors, reset);
        this.forwardChecks = new ForwardChecks(errors, new Redirects(errors, clock, peers));
        this.localHost = new LocalHost(routing, this, errors, reset, sockets, settings, chooser, clock, lock, rate);
        this.sender = new LocalSender(routing, this, sockets, chooser, settings);
        this.sockets.answerWith(new TcpConversations(routing, this, chooser, settings, reset, clock));
        this.tcpMss = new TcpMss(routing);
        this.duplication = new Duplication(this, routing);
        final RuleStates states = new RuleStates(clock, chooser, conntrack, host.kernel(), turn);
        this.ipv4 = hooks(host, Family.IPV4, classifiers, states);
        this.ipv6 = hooks(host, Family.IPV6, classifiers, states);
    }

    private Hooks hooks(
            final HostDescription host,
            final Family family,
            final Map<Family, Classifier> classifiers,
            final RuleStates states) {
        final Optional<Classifier> classifier = Optional.ofNullable(classifiers.get(family));
        classifier.ifPresent(rules -> {
            final List<RuleState> made = new ArrayList<>();
            for (final StateSpec spec : rules.stateSpecs()) {
                made.add(states.make(spec, family));
            }
            rules.bind(made, (rule, packet) -> {
                final Passage passage = current;
                if (passage != null) {
                    recorder.rule(passage, rules, rule);
                }
            });
        });
        return new Hooks(this, family, classifier, host.kernel());
    }

    /** The passage whose rules are walked now; rules that make packets nest. */
    private @org.jspecify.annotations.Nullable Passage current;

    Conntrack conntrack() {
        return conntrack;
    }

    Nat nat() {
        return nat;
    }

    Routing routing() {
        return routing;
    }

    Reassembly reassembly() {
        return reassembly;
    }

    Stages stages() {
        return stages;
    }

    Reject reject() {
        return reject;
    }

    TcpMss tcpMss() {
        return tcpMss;
    }

    Duplication duplication() {
        return duplication;
    }

    Recorder recorder() {
        return recorder;
    }

    /** The one who sends what programs ask for; each use is a turn of its own. */
    LocalSender sender() {
        turn.next();
        return sender;
    }

    Sockets sockets() {
        return sockets;
    }

    Connection template(final CtTemplate rule) {
        return templates.computeIfAbsent(rule, conntrack::template);
    }

    boolean isReceiving() {
        return receiving;
    }

    /** Queues what goes to lo until the packet at hand is done. */
    void comesBack(final Passage passage) {
        loopback.add(passage);
    }

    Passage take() {
        final Passage passage = pool.isEmpty() ? new Passage(this) : pool.pop();
        passage.clear();
        return passage;
    }

    void give(final Passage passage) {
        pool.push(passage);
    }

    int run(final Passage passage, final Hook hook) {
        final Passage outer = current;
        current = passage;
        final int verdict = (passage.packet.family() == Family.IPV4 ? ipv4 : ipv6).run(passage, hook);
        current = outer;
        return verdict;
    }

    /**
     * Takes a packet in by a device.
     *
     * @return why it ended before PREROUTING; absent where it came so far
     */
    Optional<DropReason> receive(
            final String device,
            final byte[] bytes,
            final int from,
            final int length,
            final long macSource,
            final int packetType) {
        turn.next();
        final Passage passage = take();
        final DropReason reason = ReceiveCheck.load(passage.packet, bytes, from, length, false);
        if (reason == null) {
            passage.packet.in(device);
            passage.packet.macSource = macSource;
            passage.packet.packetType = packetType;
            receiving = true;
            enter(passage, Flow.Origin.WIRE);
            drain();
            receiving = false;
        }
        give(passage);
        return reason == null ? Optional.empty() : Optional.of(reason);
    }

    /** Takes in what the host sent to itself, until no more comes. */
    void drain() {
        final boolean outer = receiving;
        receiving = true;
        while (!loopback.isEmpty()) {
            final Passage passage = loopback.poll();
            enter(passage, passage.packet.in().equals(Device.LOOPBACK) ? Flow.Origin.LOOPBACK : Flow.Origin.WIRE);
            give(passage);
        }
        receiving = outer;
    }

    private void enter(final Passage passage, final Flow.Origin origin) {
        passage.packet.routing(routing.view(passage.packet.family()));
        recorder.begin(passage, origin);
        if (run(passage, Hook.PREROUTING) != Verdict.ACCEPT) {
            return;
        }
        if (passage.routed) {
            if (passage.route.isLocal()) {
                deliver(passage);
            } else {
                Recorder.dropped(passage, DropReason.ROUTING);
            }
            return;
        }
        demultiplexEarly(passage.packet);
        routing.input(passage.packet, passage.route);
        passage.routed = true;
        Recorder.routed(passage, false);
        switch (passage.route.kind()) {
            case LOCAL -> deliver(passage);
            case FORWARD -> forward(passage);
            case UNREACHABLE -> {
                unreachable(passage);
                Recorder.dropped(passage, refusal(passage));
            }
            case DISCARD -> Recorder.dropped(passage, refusal(passage));
            case NONE, OUTPUT ->
                throw new IllegalStateException("routing says " + passage.route.kind() + " of a packet that came in");
        }
    }

    private static DropReason refusal(final Passage passage) {
        return passage.route.isForwardingOff() ? DropReason.FORWARDING_OFF : DropReason.ROUTING;
    }

    /** {@code tcp_v4_early_demux}, {@code tcp_v6_early_demux}: a look at the TCP header pulls it together. */
    private static void demultiplexEarly(final Packet packet) {
        if (packet.fragmentCount > 1
                && packet.transportProtocol() == IpProtocol.TCP.number()
                && (packet.family() == Family.IPV4 || packet.transportOffset() == Ipv6Header.LENGTH)) {
            packet.pull(packet.transportOffset() + TcpHeader.MIN_LENGTH);
        }
    }

    private void unreachable(final Passage passage) {
        final int code = passage.route.icmpCode();
        final Packet packet = passage.packet;
        if (code >= 0 && (packet.family() == Family.IPV6 || unreachableRate.allows(packet))) {
            final int type = passage.packet.family() == Family.IPV4
                    ? IcmpHeader.DESTINATION_UNREACHABLE
                    : IcmpHeader.V6_DESTINATION_UNREACHABLE;
            errors.send(passage, type, code, 0);
        }
    }

    /** {@code ip_local_deliver}, {@code ip6_input}: IPv4 gathers fragments before INPUT, IPv6 after it. */
    private void deliver(final Passage passage) {
        final Packet packet = passage.packet;
        if (packet.family() == Family.IPV4 && !isWhole(passage)) {
            return;
        }
        if (run(passage, Hook.INPUT) != Verdict.ACCEPT) {
            return;
        }
        final boolean swallowed = options.sink() && !packet.in().equals(Device.LOOPBACK);
        if (options.localHost() && !swallowed && isWhole(passage)) {
            localHost.deliver(passage);
        }
    }

    private boolean isWhole(final Passage passage) {
        if (!Reassembly.isFragment(passage.packet)) {
            return true;
        }
        if (Reassembly.isTruncated(passage.packet)) {
            errors.send(passage, IcmpHeader.V6_PARAMETER_PROBLEM, IcmpHeader.V6_INCOMPLETE_HEADERS, 0);
            Recorder.dropped(passage, DropReason.BAD_FRAGMENT);
            return false;
        }
        final int result = reassembly.gather(passage.packet, Reassembly.User.LOCAL_DELIVERY, 0);
        if (result != Reassembly.WHOLE) {
            Recorder.dropped(passage, result == Reassembly.KEPT ? DropReason.FRAGMENTS_WAIT : DropReason.BAD_FRAGMENT);
        }
        return result == Reassembly.WHOLE;
    }

    private void forward(final Passage passage) {
        if (forwardChecks.check(passage) != Verdict.ACCEPT) {
            return;
        }
        passage.packet.out(passage.route.device());
        if (run(passage, Hook.FORWARD) == Verdict.ACCEPT) {
            departure.leave(passage);
        }
    }

    @Override
    public Carrier begin() {
        return take();
    }

    @Override
    public int send(final Carrier carrier) {
        final Passage passage = (Passage) carrier;
        passage.routed = true;
        passage.packet.routing(routing.view(passage.packet.family()));
        passage.packet.out(passage.route.device());
        recorder.begin(passage, Flow.Origin.LOCAL);
        Recorder.routed(passage, false);
        final int verdict = run(passage, Hook.OUTPUT);
        if (verdict == Verdict.ACCEPT) {
            departure.leave(passage);
        }
        final int errno = verdict == Verdict.DROP ? passage.errno : 0;
        give(passage);
        return errno;
    }

    @Override
    public void discard(final Carrier carrier) {
        give((Passage) carrier);
    }

    /**
     * Sends a copy that a rule made: its device is set before OUTPUT, and POSTROUTING shows it as the one it came by.
     */
    void sendCopy(final Passage copy) {
        copy.routed = true;
        copy.packet.routing(routing.view(copy.packet.family()));
        copy.packet.out(copy.route.device());
        recorder.begin(copy, Flow.Origin.LOCAL);
        Recorder.routed(copy, false);
        if (run(copy, Hook.OUTPUT) == Verdict.ACCEPT) {
            copy.packet.in(copy.route.device());
            departure.leave(copy);
        }
        give(copy);
    }
}
