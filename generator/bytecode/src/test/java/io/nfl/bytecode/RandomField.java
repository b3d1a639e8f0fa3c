// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.net.AddressMask;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.PortRange;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Invertible;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Values from small ranges, so that rules and packets meet often. */
final class RandomField {
    static final List<String> DEVICES = List.of("eth0", "eth1", "tun0", "tun1", "lo", "");

    final RandomGenerator random;
    final Family family;

    RandomField(RandomGenerator random, Family family) {
        this.random = random;
        this.family = family;
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    <T> Optional<T> maybe(int percent, Supplier<T> value) {
        return chance(percent) ? Optional.of(value.get()) : Optional.empty();
    }

    <T> Invertible<T> invertible(T value) {
        return new Invertible<>(value, chance(20));
    }

    IpAddress address() {
        final int host = pick(List.of(0x0A000001, 0x0A000002, 0x0A000101, 0x0A010001, 0xC0A80001, 0xE0000001))
                + random.nextInt(3);
        if (family == Family.IPV4) {
            return IpAddress.v4(host);
        }
        final long high = pick(List.of(0x20010DB8_00000000L, 0x20010DB8_00010000L, 0xFE80000000000000L, 0xFF02L << 48));
        return chance(3) ? IpAddress.zero(Family.IPV6) : IpAddress.v6(high, host & 0xFFL);
    }

    AddressMask mask() {
        final IpAddress address = address();
        if (chance(5)) {
            return family == Family.IPV4
                    ? new AddressMask(address, IpAddress.v4(0xFF0000FF))
                    : new AddressMask(address, IpAddress.v6(0xFFFF000000000000L, 0xFF));
        }
        final int length = pick(
                family == Family.IPV4
                        ? List.of(0, 8, 15, 16, 24, 25, 31, 32)
                        : List.of(0, 7, 16, 48, 64, 127, 128, 33));
        return new AddressMask(address, IpAddress.mask(family, length));
    }

    int protocol() {
        return pick(List.of(6, 6, 6, 17, 17, family == Family.IPV4 ? 1 : 58, 132, 33, 47));
    }

    int port() {
        return pick(List.of(0, 22, 53, 80, 443, 1024, 8080, 40000, 65535)) + (chance(10) ? random.nextInt(2) : 0)
                & 0xFFFF;
    }

    PortRange ports() {
        final int low = port();
        return chance(60) ? PortRange.of(low) : new PortRange(low, Math.min(0xFFFF, low + random.nextInt(2000)));
    }

    DevicePattern device() {
        return chance(20)
                ? new DevicePattern(pick(List.of("eth", "tun", "")), true)
                : new DevicePattern(pick(DEVICES.subList(0, 5)), false);
    }
}
