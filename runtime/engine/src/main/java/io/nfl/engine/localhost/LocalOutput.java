// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

/** Where packets go that the host makes: {@code ip_local_out}, {@code ip6_local_out}. */
public interface LocalOutput {
    /** An empty packet; hand it to {@link #send} or {@link #discard}. */
    Carrier begin();

    /**
     * Sends a routed packet through OUTPUT and POSTROUTING.
     *
     * @return 0, or the errno that the sender is told where OUTPUT dropped it
     */
    int send(Carrier carrier);

    void discard(Carrier carrier);
}
