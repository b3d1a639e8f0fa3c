// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.host.Device;
import io.nfl.api.host.InterfaceAddress;
import io.nfl.ir.Interface;
import io.nfl.ir.Policy;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code load.sh}: loads the files beside it in the order that leaves no gap, rules before routes and settings, so that
 * nothing is forwarded before it is judged, and stops at the first failure.
 */
final class LoadScript {
    private LoadScript() {}

    /** A step: the file that it loads, and the command; the file's path follows. */
    private record Step(String file, String command) {}

    private static final List<Step> STEPS = List.of(
            new Step(Scripts.RULES_V4, "\"${IPTABLES_RESTORE:-iptables-restore}\""),
            new Step(Scripts.RULES_V6, "\"${IP6TABLES_RESTORE:-ip6tables-restore}\""),
            new Step(Scripts.ROUTES_V4, "ip -4 -batch"),
            new Step(Scripts.ROUTES_V6, "ip -6 -batch"),
            new Step(Scripts.SYSCTL, "settings"));

    static String of(final Policy policy, final Set<String> files) {
        final List<Step> steps =
                STEPS.stream().filter(each -> files.contains(each.file())).toList();
        final StringBuilder text = new StringBuilder(HEAD);
        text.append("policy=").append(shellQuoted(policy.name())).append('\n');
        text.append("waiting='")
                .append(steps.stream().map(Step::file).collect(Collectors.joining(" ")))
                .append("'\n\n");
        text.append("check() {\n");
        for (final Interface each : policy.interfaces()) {
            if (!each.pattern().wildcard() && !each.device().isLoopback()) {
                device(each, text);
            }
        }
        text.append("    return \"$differences\"\n}\n\n").append(ARGUMENTS);
        for (final Step step : steps) {
            text.append("step ").append(step.file()).append(' ');
            text.append(step.command()).append(" \"$here/").append(step.file()).append("\"\n");
        }
        return text.toString();
    }

    private static void device(final Interface each, final StringBuilder text) {
        final String name = shellQuoted(each.device().name());
        text.append("    device ").append(name);
        if (each.device().mtu() != Device.DEFAULT_MTU) {
            text.append(' ').append(each.device().mtu());
        }
        text.append('\n');
        if (each.dynamic()) {
            text.append("    dynamic ").append(name).append('\n');
            return;
        }
        text.append("    addresses ").append(name);
        for (final InterfaceAddress address : each.device().addresses()) {
            text.append(' ').append(shellQuoted(address.toString()));
        }
        text.append('\n');
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

            device() { # NAME [MTU]
                if ! link=$(ip -o link show dev "$1" 2>/dev/null); then
                    differs "device $1 is declared, and not on this host"
                    return
                fi
                flags=${link#*<}
                case ,${flags%%>*}, in
                *,UP,*) ;;
                *) differs "device $1 is down" ;;
                esac
                mtu=${link#* mtu }
                [ "${2-${mtu%% *}}" = "${mtu%% *}" ] || differs "mtu $2 is declared for $1, which has ${mtu%% *}"
            }

            has() { # DEVICE [scope]: its addresses
                ip -o addr show dev "$@" 2>/dev/null | awk '{ print $4 }'
            }

            addresses() { # DEVICE ADDRESS...
                device=$1
                shift
                for address in "$@"; do
                    has "$device" | grep -qxF "$address" ||
                        differs "address $address is declared on $device, and not there on this host"
                done
                for address in $(has "$device" scope global); do
                    case " $* " in
                    *" $address "*) ;;
                    *) differs "address $address is on $device, and not declared" ;;
                    esac
                done
            }

            dynamic() { # DEVICE
                [ -n "$(has "$1" scope global)" ] || differs "device $1 has no address; it is declared dynamic"
            }

            settings() { # FILE, to the first that fails: sysctl -p would go on behind it
                while IFS='= ' read -r name value; do
                    case $name in
                    "" | "#"*) continue ;;
                    esac
                    sysctl -q -w "$name=$value" || {
                        echo "load.sh: $name could not be set to $value" >&2
                        return 1
                    }
                done <"$1"
            }

            step() { # FILE COMMAND...
                file=$1
                shift
                waiting=${waiting#"$file"}
                waiting=${waiting# }
                "$@"
                status=$?
                [ "$status" = 0 ] || {
                    echo "load.sh: $file was not loaded: $1 ended with status $status" >&2
                    before=${loaded:+; loaded before it: $loaded}
                    echo "load.sh: what stands in it before the failure may be in force$before" >&2
                    echo "load.sh: not tried: ${waiting:-nothing}" >&2
                    exit 1
                }
                loaded="${loaded:+$loaded }$file"
            }

            loaded=
            """;

    private static final String ARGUMENTS = """
            case "${1-}" in
            "") ;;
            --check)
                command -v ip >/dev/null || {
                    echo "load.sh: the command ip (iproute2) is not on this host" >&2
                    exit 69
                }
                check
                exit $?
                ;;
            --help | -h)
                cat <<EOF
            usage: load.sh [--check]

            Loads the policy $policy: rules, then routes, then settings; stops at the first failure, and says what
            was loaded before it and what was not tried.
              --check   only say where links and addresses of this host differ from what the policy declares: devices
                        that are missing or down, their mtu, addresses that are missing or not declared
            IPTABLES_RESTORE and IP6TABLES_RESTORE name the programs to load with (iptables-nft-restore ...).

            Exit status: 0 fine, 1 a step failed or a difference was found, 2 wrong usage, 69 a command is missing,
            74 no such directory.
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
