// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.classify;

import io.nfl.api.net.IpAddress;

/**
 * What targets do to the packet at hand; the engine implements it. Methods that return an int return a verdict of
 * {@link io.nfl.api.net.Verdict}; the others go on with the next rule.
 */
public interface Targets {
    /** xt_MARK: {@code mark = (mark & ~mask) ^ value}. */
    void mark(int value, int mask);

    /** xt_CONNMARK set: {@code ctmark = (ctmark & ~mask) ^ value}. */
    void setConnmark(int value, int mask);

    /** xt_CONNMARK save: {@code ctmark = (ctmark & ~ctMask) ^ (mark & packetMask)}. */
    void saveMark(int packetMask, int ctMask);

    /** xt_CONNMARK restore: {@code mark = (mark & ~packetMask) ^ (ctmark & ctMask)}. */
    void restoreMark(int packetMask, int ctMask);

    int snat(NatRange range);

    int dnat(NatRange range);

    int masquerade(NatRange range);

    int redirect(NatRange range);

    /** NETMAP: the network's bits replaced, on the side that the hook translates. */
    int netmap(NatRange network);

    /** Answers and drops. */
    int reject(RejectWith with);

    void log(LogParameters parameters);

    void nflog(int group, String prefix, int bytes);

    /** Sets {@code skb->nf_trace}. */
    void trace();

    void noTrack();

    void track(CtTemplate template);

    /** TTL or HL. @return DROP where the kernel drops, else CONTINUE */
    int hopLimit(HopLimitOperation operation, int value);

    /** Sets the upper six bits, keeps ECN. */
    void dscp(int dscp);

    /** {@code tos = (tos & ~mask) ^ value}. */
    void tos(int value, int mask);

    /** TCPMSS. @param mss in bytes, or {@link #CLAMP_TO_PMTU}. @return DROP for a malformed segment, else CONTINUE */
    int tcpMss(int mss);

    int CLAMP_TO_PMTU = -1;

    void classify(int priority);

    /** TEE: a copy goes to the gateway. @param device out device, or the empty string */
    void copy(IpAddress gateway, String device);
}
