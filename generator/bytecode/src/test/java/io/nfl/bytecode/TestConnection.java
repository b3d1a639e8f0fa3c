// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.packet.ConnectionView;
import java.util.random.RandomGenerator;

/** A connection of numbers. */
record TestConnection(
        int status,
        int protocol,
        long[] addresses,
        int originalSourcePort,
        int originalDestinationPort,
        int replySourcePort,
        int replyDestinationPort,
        int mark,
        long expiresSeconds)
        implements ConnectionView {

    static TestConnection random(RandomGenerator random, RandomField fields) {
        final long[] addresses = new long[8];
        for (int i = 0; i < 8; i += 2) {
            final var address = fields.address();
            addresses[i] = address.high();
            addresses[i + 1] = address.low();
        }
        return new TestConnection(
                random.nextInt(64),
                fields.protocol(),
                addresses,
                fields.port(),
                fields.port(),
                fields.port(),
                fields.port(),
                random.nextInt(4),
                random.nextInt(200));
    }

    @Override
    public long originalSourceHigh() {
        return addresses[0];
    }

    @Override
    public long originalSourceLow() {
        return addresses[1];
    }

    @Override
    public long originalDestinationHigh() {
        return addresses[2];
    }

    @Override
    public long originalDestinationLow() {
        return addresses[3];
    }

    @Override
    public long replySourceHigh() {
        return addresses[4];
    }

    @Override
    public long replySourceLow() {
        return addresses[5];
    }

    @Override
    public long replyDestinationHigh() {
        return addresses[6];
    }

    @Override
    public long replyDestinationLow() {
        return addresses[7];
    }
}
