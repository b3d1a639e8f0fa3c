// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.net.AddressMask;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.Family;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** Tests of the packet's addresses. */
final class AddressTests {
    private final Code code;
    private final Family family;

    AddressTests(final Code code, final Family family) {
        this.code = code;
        this.family = family;
    }

    void masked(final boolean source, final AddressMask mask, final Label miss) {
        switch (family) {
            case IPV4 -> {
                if (mask.mask().bits32() != 0) {
                    code.equal(
                            () -> push32(source),
                            mask.mask().bits32(),
                            mask.value().bits32(),
                            miss);
                }
            }
            case IPV6 -> {
                code.equal(
                        () -> pushHigh(source), mask.mask().high(), mask.value().high(), miss);
                code.equal(
                        () -> pushLow(source), mask.mask().low(), mask.value().low(), miss);
            }
        }
    }

    /** Unsigned order is signed order with the top bit flipped. */
    void range(final boolean source, final AddressRange range, final Label miss) {
        switch (family) {
            case IPV4 -> {
                pushOrdered32(source);
                code.constant(range.low().bits32() ^ Integer.MIN_VALUE).jump(Opcodes.IF_ICMPLT, miss);
                pushOrdered32(source);
                code.constant(range.high().bits32() ^ Integer.MIN_VALUE).jump(Opcodes.IF_ICMPGT, miss);
            }
            case IPV6 -> {
                bound(source, range.low().high(), range.low().low(), Opcodes.IFLT, Opcodes.IFGT, miss);
                bound(source, range.high().high(), range.high().low(), Opcodes.IFGT, Opcodes.IFLT, miss);
            }
        }
    }

    /** Jumps where the address lies on the {@code outside} of the bound. */
    private void bound(
            final boolean source,
            final long high,
            final long low,
            final int outside,
            final int inside,
            final Label miss) {
        final Label holds = new Label();
        pushOrderedHigh(source, high);
        code.jump(outside, miss);
        pushOrderedHigh(source, high);
        code.jump(inside, holds);
        pushLow(source);
        code.constant(Long.MIN_VALUE).op(Opcodes.LXOR);
        code.constant(low ^ Long.MIN_VALUE).op(Opcodes.LCMP).jump(outside, miss).place(holds);
    }

    private void pushOrderedHigh(final boolean source, final long bound) {
        pushHigh(source);
        code.constant(Long.MIN_VALUE).op(Opcodes.LXOR);
        code.constant(bound ^ Long.MIN_VALUE).op(Opcodes.LCMP);
    }

    private void pushOrdered32(final boolean source) {
        push32(source);
        code.constant(Integer.MIN_VALUE).op(Opcodes.IXOR);
    }

    private void push32(final boolean source) {
        code.packetInt(source ? "ipv4Source" : "ipv4Destination");
    }

    /** The high half as {@code IpAddress} has it: 0 for IPv4. */
    void pushHigh(final boolean source) {
        switch (family) {
            case IPV4 -> code.constant(0L);
            case IPV6 -> code.packet(source ? "ipv6SourceHigh" : "ipv6DestinationHigh", "J");
        }
    }

    /** The low half as {@code IpAddress} has it. */
    void pushLow(final boolean source) {
        switch (family) {
            case IPV4 -> {
                push32(source);
                code.op(Opcodes.I2L).constant(0xFFFF_FFFFL).op(Opcodes.LAND);
            }
            case IPV6 -> code.packet(source ? "ipv6SourceLow" : "ipv6DestinationLow", "J");
        }
    }
}
