// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.api.net.Family;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TupleTest {
    @Test
    void invertingTwiceGivesTheTupleBack() {
        final Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            final Tuple tuple = random(random);
            final Tuple once = new Tuple();
            final Tuple twice = new Tuple();
            if (once.invert(tuple)) {
                assertThat(twice.invert(once)).isTrue();
                assertThat(twice.same(tuple)).as("seed 3, tuple %d", i).isTrue();
                assertThat(twice.hash(1, 2)).isEqualTo(tuple.hash(1, 2));
            }
        }
    }

    private static Tuple random(final Random random) {
        final Tuple tuple = new Tuple();
        tuple.family = random.nextBoolean() ? Family.IPV4 : Family.IPV6;
        tuple.protocol = new int[] {1, 6, 17, 47, 50, 58, 132}[random.nextInt(7)];
        final boolean v4 = tuple.family == Family.IPV4;
        tuple.sourceHigh = v4 ? 0 : random.nextLong();
        tuple.destinationHigh = v4 ? 0 : random.nextLong();
        tuple.sourceLow = v4 ? random.nextInt() & 0xFFFF_FFFFL : random.nextLong();
        tuple.destinationLow = v4 ? random.nextInt() & 0xFFFF_FFFFL : random.nextLong();
        tuple.sourcePort = random.nextInt(65_536);
        tuple.destinationPort = random.nextInt(65_536);
        return tuple;
    }

    @Test
    void onlyRequestsAndRepliesOfIcmpInvert() {
        final Tuple echo = new Tuple();
        echo.protocol = 1;
        echo.destinationPort = 8 << 8;
        final Tuple reply = new Tuple();
        assertThat(reply.invert(echo)).isTrue();
        assertThat(reply.destinationPort).isZero();
        echo.destinationPort = 9 << 8;
        assertThat(reply.invert(echo)).isFalse();
    }
}
