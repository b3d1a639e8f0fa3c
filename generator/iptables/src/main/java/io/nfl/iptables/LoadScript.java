// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.host.InterfaceAddress;
import io.nfl.ir.Interface;
import io.nfl.ir.Policy;
import java.util.Set;

/**
 * {@code load.sh}: loads the files beside it in the order that leaves no gap, rules before routes and settings, so that
 * nothing is forwarded before it is judged, and stops at the first failure.
 */
final class LoadScript {
    private LoadScript() {}

    static String of(final Policy policy, final Set<String> files) {
        final StringBuilder text = new StringBuilder(HEAD);
        text.append("policy=").append(shellQuoted(policy.name())).append("\n\n");
        text.append("check() {\n");
        for (final Interface each : policy.interfaces()) {
            if (!each.pattern().wildcard() && !each.device().isLoopback()) {
                device(each, text);
            }
        }
        text.append("    return \"$differences\"\n}\n\n").append(ARGUMENTS);
        rules(files, Scripts.RULES_V4, "IPTABLES_RESTORE", "iptables-restore", text);
        rules(files, Scripts.RULES_V6, "IP6TABLES_RESTORE", "ip6tables-restore", text);
        routes(files, Scripts.ROUTES_V4, "-4", text);
        routes(files, Scripts.ROUTES_V6, "-6", text);
        if (files.contains(Scripts.SYSCTL)) {
            text.append("step \"settings\" sysctl -q -p \"$here/")
                    .append(Scripts.SYSCTL)
                    .append("\"\n");
        }
        return text.toString();
    }

    private static void device(final Interface each, final StringBuilder text) {
        final String name = shellQuoted(each.device().name());
        text.append("    device ").append(name).append('\n');
        if (!each.dynamic()) {
            for (final InterfaceAddress address : each.device().addresses()) {
                text.append("    address ")
                        .append(name)
                        .append(' ')
                        .append(shellQuoted(address.toString()))
                        .append('\n');
            }
        }
    }

    private static void rules(
            final Set<String> files,
            final String file,
            final String variable,
            final String command,
            final StringBuilder text) {
        if (files.contains(file)) {
            text.append("step \"")
                    .append(file)
                    .append("\" \"${")
                    .append(variable)
                    .append(":-")
                    .append(command)
                    .append("}\" \"$here/")
                    .append(file)
                    .append("\"\n");
        }
    }

    private static void routes(
            final Set<String> files, final String file, final String family, final StringBuilder text) {
        if (files.contains(file)) {
            text.append("step \"")
                    .append(file)
                    .append("\" ip ")
                    .append(family)
                    .append(" -batch \"$here/")
                    .append(file)
                    .append("\"\n");
        }
    }

    /** A word for the shell, whatever is in it. */
    private static String shellQuoted(final String word) {
        return "'" + Quoting.comment(word).replace("'", "'\\''") + "'";
    }

    private static final String HEAD = """
            #!/bin/sh
            # Loads a policy into this kernel. Made by nfl; edit the policy, not this file.
            set -u
            here=$(cd "$(dirname "$0")" && pwd) || exit 74
            differences=0

            differs() {
                echo "$1"
                differences=1
            }

            device() {
                ip link show dev "$1" >/dev/null 2>&1 || differs "device $1 is declared, and not on this host"
            }

            address() {
                ip -o addr show dev "$1" 2>/dev/null | grep -qwF "$2" ||
                    differs "address $2 is declared on $1, and not there on this host"
            }

            step() {
                what=$1
                shift
                "$@" || {
                    echo "load.sh: $what was not loaded; what stands after it was not tried" >&2
                    exit 1
                }
            }

            """;

    private static final String ARGUMENTS = """
            case "${1-}" in
            "") ;;
            --check)
                check
                exit $?
                ;;
            --help | -h)
                cat <<EOF
            usage: load.sh [--check]

            Loads the policy $policy: rules, then routes, then settings; stops at the first failure.
              --check   only say where this host differs from what the policy declares; status 1 if it does
            IPTABLES_RESTORE and IP6TABLES_RESTORE name the programs to load with (iptables-nft-restore ...).

            Exit status: 0 fine, 1 a step failed or a difference was found, 2 wrong usage, 74 no such directory.
            EOF
                exit 0
                ;;
            *)
                echo "load.sh: unknown argument $1; try --help" >&2
                exit 2
                ;;
            esac

            """;
}
