// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.host.Device;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.Verdict;
import io.nfl.api.packet.IcmpHeader;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.engine.choice.Chooser;
import io.nfl.engine.localhost.IcmpErrors;
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.packet.Fragmenter;
import io.nfl.engine.packet.Packet;

/** The last part of the way: POSTROUTING, fragments, the device; and back again where that is lo. */
final class Departure {
    /** {@code PACKET_LOOPBACK}. */
    private static final int PACKET_LOOPBACK = 5;

    private final Pipeline pipeline;
    private final IcmpErrors errors;
    private final Chooser chooser;
    private final Output output;
    private final Fragmenter fragmenter = new Fragmenter();

    Departure(final Pipeline pipeline, final IcmpErrors errors, final Chooser chooser, final Output output) {
        this.pipeline = pipeline;
        this.errors = errors;
        this.chooser = chooser;
        this.output = output;
    }

    /** {@code ip_output}, {@code ip6_output}: POSTROUTING, then the MTU. */
    void leave(final Passage passage) {
        final Packet packet = passage.packet;
        packet.out(passage.route.device());
        final Flow first = passage.flow;
        if (passage.route.isLooped() && packet.family() == Family.IPV4) {
            loop(passage);
        }
        if (pipeline.run(passage, Hook.POSTROUTING) != Verdict.ACCEPT) {
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
        final Passage copy = pipeline.take();
        final Packet packet = copy.packet;
        packet.copyOf(passage.packet);
        packet.in("");
        packet.out(passage.route.device());
        copy.route.copy(passage.route);
        copy.routed = true;
        copy.flow = passage.flow;
        final boolean ipv4Copy = packet.family() == Family.IPV4;
        if (!ipv4Copy) {
            pipeline.recorder().begin(copy, Flow.Origin.LOCAL);
        }
        if (pipeline.run(copy, Hook.POSTROUTING) == Verdict.ACCEPT) {
            comeBack(copy, packet.bytes(), packet.length(), passage.route.device(), PACKET_LOOPBACK);
        }
        pipeline.give(copy);
        if (!pipeline.isReceiving()) {
            // netif_rx takes it in at once where a program sends, later where a packet that came in is at work
            pipeline.drain();
        }
        if (ipv4Copy) {
            pipeline.recorder().begin(passage, Flow.Origin.LOCAL);
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
        final Passage second = pipeline.take();
        final Packet packet = second.packet;
        packet.copyOf(passage.packet);
        packet.load(passage.packet.family(), bytes, 0, length);
        packet.in(device);
        packet.out("");
        packet.traced(false);
        packet.socket = false;
        packet.socketFile = false;
        packet.packetType = packetType;
        packet.forwarded = false;
        packet.fragmentMaxSize = 0;
        packet.fragmentCount = 0;
        packet.fragmentsDontFragment = false;
        second.route.copy(passage.route);
        second.routed = true;
        pipeline.comesBack(second);
    }
}
