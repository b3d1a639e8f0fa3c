// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.host;

/**
 * What differs from kernel to kernel and is not a sysctl.
 *
 * @param version as {@code uname -r} begins: {@code 6.18}
 * @param hz {@code CONFIG_HZ}: limit arithmetic counts in jiffies
 */
public record KernelProfile(String version, BackEnd backEnd, int hz) {
    /** The kernel that every claim of fidelity is measured on. */
    public static final KernelProfile MEASURED = new KernelProfile("6.18", BackEnd.LEGACY, 250);

    /** The two back ends of iptables 1.8. */
    public enum BackEnd {
        LEGACY,
        NFT
    }
}
