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
import io.nfl.api.net.Verdict;
import io.nfl.api.packet.IcmpHeader;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.engine.choice.Chooser;
import io.nfl.engine.clock.Clock;
import io.nfl.engine.conntrack.Connection;
import io.nfl.engine.conntrack.Conntrack;
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
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.packet.Fragmenter;
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
    private final Chooser chooser;
    private final EngineOptions options;
    private final Output output;
    private final Reassembly reassembly;
    private final Fragmenter fragmenter = new Fragmenter();
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

    /** {@code PACKET_LOOPBACK}. */
    private static final int PACKET_LOOPBACK = 5;

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
        this.chooser = chooser;
        this.options = options;
        this.output = output;
        this.recorder = new Recorder(host.kernel().backEnd());
        this.reassembly = new Reassembly(clock);
        final Peers peers = new Peers();
        this.unreachableRate = new UnreachableRate(clock, peers);
        this.stages = new Stages(this);
        final HostSettings settings = HostSettings.of(host.sysctls());
        final IcmpLock lock = new IcmpLock();
        this.errors = new IcmpErrors(routing, conntrack, this, chooser, settings, lock);
        final TcpReset reset = new TcpReset(routing, conntrack, this, settings);
        this.reject = new Reject(errors, reset);
        this.forwardChecks = new ForwardChecks(errors, new Redirects(errors, clock, peers));
        this.localHost = new LocalHost(routing, this, errors, reset, sockets, settings, chooser, clock, lock);
        this.sender = new LocalSender(routing, this, sockets, chooser, settings);
        this.sockets.answerWith(new TcpConversations(routing, this, chooser, settings));
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

    Passage take() {
        final Passage passage = pool.isEmpty() ? new Passage(this) : pool.pop();
        passage.clear();
        return passage;
    }

    private void give(final Passage passage) {
        pool.push(passage);
    }

    private int run(final Passage passage, final Hook hook) {
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
        routing.input(passage.packet, passage.route);
        passage.routed = true;
        Recorder.routed(passage, false);
        switch (passage.route.kind()) {
            case LOCAL -> deliver(passage);
            case FORWARD -> forward(passage);
            case UNREACHABLE -> {
                unreachable(passage);
                Recorder.dropped(passage, DropReason.ROUTING);
            }
            case DISCARD -> Recorder.dropped(passage, DropReason.ROUTING);
            case NONE, OUTPUT ->
                throw new IllegalStateException("routing says " + passage.route.kind() + " of a packet that came in");
        }
    }

    private void unreachable(final Passage passage) {
        final int code = passage.route.icmpCode();
        final Packet packet = passage.packet;
        if (code >= 0 && (packet.family() == Family.IPV6 || unreachableRate.allows(packet.ipv4Source()))) {
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
            leave(passage);
        }
    }

    /** {@code ip_output}, {@code ip6_output}: POSTROUTING, then the MTU. */
    private void leave(final Passage passage) {
        final Packet packet = passage.packet;
        packet.out(passage.route.device());
        final Flow first = passage.flow;
        if (passage.route.isLooped() && packet.family() == Family.IPV4) {
            loop(passage);
        }
        if (run(passage, Hook.POSTROUTING) != Verdict.ACCEPT) {
            return;
        }
        if (passage.route.isLooped() && packet.family() == Family.IPV6) {
            loop(passage);
        }
        passage.flow = first;
        final int mtu = passage.route.mtu();
        if (packet.family() == Family.IPV4) {
            if (packet.length() > mtu || packet.fragmentMaxSize != 0) {
                fragmentIpv4(passage, mtu);
                return;
            }
        } else if (packet.length() > mtu || packet.fragmentMaxSize != 0 && packet.length() > packet.fragmentMaxSize) {
            fragmentIpv6(passage, mtu);
            return;
        }
        complete(passage);
        transmit(passage, packet.bytes(), packet.length());
    }

    /** Fills in what was left to the device; lo leaves it. */
    private static void complete(final Passage passage) {
        if (passage.packet.checksumPartial && !passage.route.device().equals(Device.LOOPBACK)) {
            Checksum.complete(passage.packet);
        }
    }

    /**
     * {@code ip_mc_output}, {@code ip6_finish_output2}: a broadcast or multicast that this host hears too goes through
     * POSTROUTING once more and comes back by the device it leaves by. The record counts two flows.
     */
    private void loop(final Passage passage) {
        final Passage copy = take();
        final Packet packet = copy.packet;
        packet.copyOf(passage.packet);
        packet.in("");
        packet.out(passage.route.device());
        copy.route.copy(passage.route);
        copy.routed = true;
        copy.flow = passage.flow;
        final boolean ipv4Copy = packet.family() == Family.IPV4;
        if (!ipv4Copy) {
            recorder.begin(copy, Flow.Origin.LOCAL);
        }
        if (run(copy, Hook.POSTROUTING) == Verdict.ACCEPT) {
            comeBack(copy, packet.bytes(), packet.length(), passage.route.device(), PACKET_LOOPBACK);
        }
        give(copy);
        if (!receiving) {
            // netif_rx takes it in at once where a program sends, later where a packet that came in is at work
            drain();
        }
        if (ipv4Copy) {
            recorder.begin(passage, Flow.Origin.LOCAL);
        }
    }

    /** {@code ip_fragment}. */
    private void fragmentIpv4(final Passage passage, final int mtu) {
        final Packet packet = passage.packet;
        if (Ipv4Header.dontFragment(packet) && (!packet.mayFragment || packet.fragmentMaxSize > mtu)) {
            errors.send(passage, IcmpHeader.DESTINATION_UNREACHABLE, IcmpHeader.FRAGMENTATION_NEEDED, mtu);
            Recorder.dropped(passage, DropReason.TOO_BIG);
            return;
        }
        complete(passage);
        fragmenter.cut(packet, mtu, 0, (bytes, length) -> transmit(passage, bytes, length));
    }

    /** {@code ip6_fragment}. */
    private void fragmentIpv6(final Passage passage, final int mtu) {
        final Packet packet = passage.packet;
        final boolean tooBig = packet.fragmentMaxSize != 0 ? packet.fragmentMaxSize > mtu : !packet.mayFragment;
        if (tooBig) {
            errors.send(passage, IcmpHeader.V6_PACKET_TOO_BIG, 0, mtu);
            Recorder.dropped(passage, DropReason.TOO_BIG);
            return;
        }
        complete(passage);
        fragmenter.cut(packet, mtu, chooser.identification(), (bytes, length) -> transmit(passage, bytes, length));
    }

    private void transmit(final Passage passage, final byte[] bytes, final int length) {
        final String device = passage.route.device();
        if (device.equals(Device.LOOPBACK)) {
            comeBack(passage, bytes, length, device, 0);
            return;
        }
        final Flow flow = passage.flow;
        if (flow != null) {
            flow.send(new Flow.Sent(device, java.util.Arrays.copyOf(bytes, length)));
        }
        output.transmit(device, bytes, length);
    }

    /** {@code loopback_xmit}: the packet keeps its connection, its mark and its routing decision. */
    private void comeBack(
            final Passage passage, final byte[] bytes, final int length, final String device, final int packetType) {
        final Passage second = take();
        final Packet packet = second.packet;
        packet.copyOf(passage.packet);
        packet.load(passage.packet.family(), bytes, 0, length);
        packet.in(device);
        packet.out("");
        packet.traced(false);
        packet.socket = false;
        packet.packetType = packetType;
        packet.forwarded = false;
        packet.fragmentMaxSize = 0;
        packet.fragmentCount = 0;
        packet.fragmentsDontFragment = false;
        second.route.copy(passage.route);
        second.routed = true;
        loopback.add(second);
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
            leave(passage);
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
        copy.packet.out(copy.route.device());
        recorder.begin(copy, Flow.Origin.LOCAL);
        Recorder.routed(copy, false);
        if (run(copy, Hook.OUTPUT) == Verdict.ACCEPT) {
            copy.packet.in(copy.route.device());
            leave(copy);
        }
        give(copy);
    }
}
