// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import io.nfl.api.host.KernelProfile.BackEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The way to a private network namespace of the running kernel.
 *
 * @param enter the words of the command that go before the driver's; the driver unshares its network itself
 * @param users which users there are inside
 */
public record KernelAccess(List<String> enter, Users users) {
    private static final Path TUN = Path.of("/dev/net/tun");

    /** The Debian package of each program that a test needs. */
    private static final Map<String, String> PACKAGES = new TreeMap<>(Map.of(
            "python3", "python3",
            "ip", "iproute2",
            "nft", "nftables",
            "unshare", "util-linux",
            "sysctl", "procps"));

    /** Which users can own a sender. */
    public enum Users {
        ALL,
        ROOT_ALONE
    }

    public KernelAccess {
        enter = List.copyOf(enter);
    }

    /** Why this machine's kernel cannot be asked. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(final String reason) {
            super(reason, null, false, false);
        }
    }

    /** Finds the way; root's first, then a user namespace. */
    public static KernelAccess find(final List<BackEnd> backEnds) throws Refused, IOException, InterruptedException {
        if (!Files.isDirectory(Path.of("/proc/sys/net"))) {
            throw new Refused("this is not Linux, or /proc is not mounted");
        }
        programs(backEnds);
        final List<List<String>> ways =
                List.of(List.of(), List.of("unshare", "-Urn", "--map-auto"), List.of("unshare", "-Urn"));
        for (final List<String> enter : ways) {
            final KernelAccess way = new KernelAccess(enter, Users.ALL);
            if (runs(way.with("unshare", "-n", "true"))) {
                if (!runs(way.with("sh", "-c", ": <>" + TUN))) {
                    throw new Refused(
                            TUN + " cannot be opened: load the module tun, or let this user read and write the device");
                }
                final boolean others =
                        runs(way.with("sh", "-c", "awk '$3 > 1 { n = 1 } END { exit !n }' /proc/self/uid_map"));
                return others ? way : new KernelAccess(enter, Users.ROOT_ALONE);
            }
        }
        throw new Refused("no network namespace can be made: neither is this root (try sudo), nor does this kernel"
                + " let other users make user namespaces (sysctl kernel.unprivileged_userns_clone,"
                + " kernel.apparmor_restrict_unprivileged_userns, user.max_user_namespaces)");
    }

    private static void programs(final List<BackEnd> backEnds) throws Refused, IOException, InterruptedException {
        final Map<String, String> wanted = new TreeMap<>(PACKAGES);
        for (final BackEnd backEnd : backEnds) {
            for (final String family : List.of("iptables", "ip6tables")) {
                for (final String end : List.of("restore", "save")) {
                    wanted.put(family + "-" + name(backEnd) + "-" + end, "iptables");
                }
            }
        }
        final List<String> missing = new ArrayList<>();
        final List<String> packages = new ArrayList<>();
        for (final Map.Entry<String, String> each : wanted.entrySet()) {
            if (!runs(List.of("sh", "-c", "PATH=$PATH:/usr/sbin:/sbin command -v " + each.getKey()))) {
                missing.add(each.getKey());
                if (!packages.contains(each.getValue())) {
                    packages.add(each.getValue());
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new Refused(String.join(", ", missing) + (missing.size() == 1 ? " is" : " are")
                    + " not installed; on Debian and Ubuntu: apt-get install " + String.join(" ", packages));
        }
    }

    /** The back end as the names of its programs say it. */
    public static String name(final BackEnd backEnd) {
        return switch (backEnd) {
            case LEGACY -> "legacy";
            case NFT -> "nft";
        };
    }

    /** A command that runs where the kernel may be asked. */
    List<String> with(final String... command) {
        final List<String> all = new ArrayList<>(enter);
        all.addAll(List.of(command));
        return all;
    }

    void requireUsers(final boolean wantsOthers) throws Refused {
        if (wantsOthers && users == Users.ROOT_ALONE) {
            throw new Refused("the policy names users, and the user namespace of this user has root alone: run it as"
                    + " root, or install uidmap and give this user a range in /etc/subuid and /etc/subgid");
        }
    }

    private static boolean runs(final List<String> command) throws IOException, InterruptedException {
        try {
            final Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            return process.waitFor() == 0;
        } catch (final IOException e) {
            if (e.getMessage() != null && e.getMessage().contains("error=2")) {
                return false;
            }
            throw e;
        }
    }
}
