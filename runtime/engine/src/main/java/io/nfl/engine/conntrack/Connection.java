// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.packet.ConnectionView;

/** A conntrack entry ({@code struct nf_conn}). */
public final class Connection implements ConnectionView {
    @Override
    public int status() {
        return 0;
    }

    @Override
    public int protocol() {
        return 0;
    }

    @Override
    public long originalSourceHigh() {
        return 0;
    }

    @Override
    public long originalSourceLow() {
        return 0;
    }

    @Override
    public long originalDestinationHigh() {
        return 0;
    }

    @Override
    public long originalDestinationLow() {
        return 0;
    }

    @Override
    public long replySourceHigh() {
        return 0;
    }

    @Override
    public long replySourceLow() {
        return 0;
    }

    @Override
    public long replyDestinationHigh() {
        return 0;
    }

    @Override
    public long replyDestinationLow() {
        return 0;
    }

    @Override
    public int originalSourcePort() {
        return 0;
    }

    @Override
    public int originalDestinationPort() {
        return 0;
    }

    @Override
    public int replySourcePort() {
        return 0;
    }

    @Override
    public int replyDestinationPort() {
        return 0;
    }

    @Override
    public int mark() {
        return 0;
    }

    @Override
    public long expiresSeconds() {
        return 0;
    }
}
