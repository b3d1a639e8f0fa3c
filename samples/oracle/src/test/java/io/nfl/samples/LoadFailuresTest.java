// SPDX-License-Identifier: Apache-2.0
package io.nfl.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.iptables.Scripts;
import io.nfl.samples.Namespaces.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each step of {@code load.sh} fails in turn, with both back ends: it says which, what was loaded before, and what it
 * did not try, and does not. {@code load.sh --check} tells each kind of difference.
 */
@Tag("kernel")
class LoadFailuresTest {
    /** The host that {@code loading.nfl} declares. */
    private static final String HOST = """
            ip link set lo up
            for d in eth0 eth1 ppp0; do
                ip link add $d type veth peer name peer-$d && ip link set $d up && ip link set peer-$d up || exit 9
            done
            ip addr add 203.0.113.2/24 dev eth0
            ip addr add 2001:db8::2/64 dev eth0 nodad
            ip addr add 192.168.1.1/24 dev eth1
            ip link set eth1 mtu 1400
            ip addr add 198.51.100.77/32 dev ppp0
            """;

    /** What each step leaves behind, a word each; {@code BACKEND} is legacy or nft. */
    private static final String STATE = """
            iptables-BACKEND-save 2>/dev/null | grep -q MASQ && echo nat4
            iptables-BACKEND-save 2>/dev/null | grep -q 'dport 22' && echo filter4
            ip6tables-BACKEND-save 2>/dev/null | grep -q 'dport 22' && echo filter6
            ip -4 route | grep -q '^10.0.0.0/8' && echo route4
            ip -4 route | grep -q '^default' && echo default4
            ip -4 rule | grep -q '^1000:' && echo rule1000
            ip -4 rule | grep -q '^1001:' && echo rule1001
            ip -6 route | grep -q '^default' && echo default6
            [ $(sysctl -n net.ipv4.ip_forward) = 1 ] && echo forwarding
            [ $(sysctl -n net.netfilter.nf_conntrack_tcp_loose) = 0 ] && echo loose
            [ $(sysctl -n net.netfilter.nf_conntrack_tcp_be_liberal) = 1 ] && echo liberal
            exit 0
            """;

    private static final String ALL =
            "nat4 filter4 filter6 route4 default4 rule1000 rule1001 default6 forwarding loose liberal";

    /**
     * A step that fails.
     *
     * @param text of its file that is made {@code wrong}, where it stands first
     * @param said by load.sh of the step
     * @param before the files that it says were loaded
     * @param notTried the files that it says it did not try
     * @param state what is there afterwards
     */
    private record Failure(
            String file, String text, String wrong, String said, String before, String notTried, String state) {
        @Override
        public String toString() {
            return file + ": " + wrong;
        }
    }

    private static final List<Failure> FAILURES = List.of(
            new Failure(
                    Scripts.RULES_V4,
                    "-j MASQUERADE",
                    "-j NOWHERE",
                    "rules.v4 was not loaded: iptables-BACKEND-restore ended with status 2",
                    "",
                    "rules.v6 routes.v4.ip routes.v6.ip sysctl.conf",
                    ""),
            // the kernel, not iptables-restore, refuses it: the tables before it are in force
            new Failure(
                    Scripts.RULES_V4,
                    "--dport 22 -j ACCEPT",
                    "--dport 22 -j MASQUERADE",
                    "rules.v4 was not loaded: iptables-BACKEND-restore ended with status",
                    "",
                    "rules.v6 routes.v4.ip routes.v6.ip sysctl.conf",
                    "nat4"),
            new Failure(
                    Scripts.RULES_V6,
                    "-j ACCEPT",
                    "-j NOWHERE",
                    "rules.v6 was not loaded: ip6tables-BACKEND-restore ended with status 2",
                    "rules.v4",
                    "routes.v4.ip routes.v6.ip sysctl.conf",
                    "nat4 filter4"),
            new Failure(
                    Scripts.ROUTES_V4,
                    "via 203.0.113.1",
                    "via 9.9.9.9",
                    "routes.v4.ip was not loaded: ip ended with status",
                    "rules.v4 rules.v6",
                    "routes.v6.ip sysctl.conf",
                    "nat4 filter4 filter6 route4"),
            new Failure(
                    Scripts.ROUTES_V4,
                    "rule add priority 1001 from 192.168.1.0/28 lookup 254",
                    "rule add priority 1001 from 192.168.1.0/28 lookup nowhere",
                    "routes.v4.ip was not loaded: ip ended with status",
                    "rules.v4 rules.v6",
                    "routes.v6.ip sysctl.conf",
                    "nat4 filter4 filter6 route4 default4 rule1000"),
            new Failure(
                    Scripts.ROUTES_V6,
                    "dev eth0",
                    "dev nowhere0",
                    "routes.v6.ip was not loaded: ip ended with status",
                    "rules.v4 rules.v6 routes.v4.ip",
                    "sysctl.conf",
                    "nat4 filter4 filter6 route4 default4 rule1000 rule1001"),
            new Failure(
                    Scripts.SYSCTL,
                    "nf_conntrack_tcp_loose",
                    "nf_conntrack_tcp_lose",
                    "net.netfilter.nf_conntrack_tcp_lose could not be set to 0\n"
                            + "load.sh: sysctl.conf was not loaded: settings ended with status 1",
                    "rules.v4 rules.v6 routes.v4.ip routes.v6.ip",
                    "nothing",
                    "nat4 filter4 filter6 route4 default4 rule1000 rule1001 default6 forwarding"));

    @TempDir
    Path folder = Path.of("");

    @BeforeEach
    void compile() throws IOException {
        Samples.write(Scripts.of(Samples.compileFile("samples/oracle/live/loading.nfl"), false), folder);
    }

    static List<Arguments> failuresByBackEnd() {
        return FAILURES.stream()
                .flatMap(each -> Stream.of("legacy", "nft").map(backEnd -> Arguments.of(each, backEnd)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("failuresByBackEnd")
    @DisplayName("a step that fails is told with its file, and no later one is tried")
    void stopsThere(Failure failure, String backEnd) throws IOException, InterruptedException {
        final Path file = folder.resolve(failure.file());
        final String text = Files.readString(file);
        assertThat(text).contains(failure.text());
        final int at = text.indexOf(failure.text());
        Files.writeString(
                file,
                text.substring(0, at)
                        + failure.wrong()
                        + text.substring(at + failure.text().length()));
        final Ended ended = load(backEnd);
        assertThat(ended.output())
                .contains("load.sh: " + failure.said().replace("BACKEND", backEnd))
                .contains("may be in force"
                        + (failure.before().isEmpty() ? "" : "; loaded before it: " + failure.before())
                        + "\nload.sh: not tried: " + failure.notTried() + "\nstatus 1\n");
        assertThat(state(ended)).isEqualTo(failure.state());
    }

    @ParameterizedTest
    @MethodSource("backEnds")
    @DisplayName("a program that is not there is a step that fails")
    void aMissingProgram(String backEnd) throws IOException, InterruptedException {
        final Ended ended = in("IPTABLES_RESTORE=no-such-restore ./load.sh; echo status $?\n", backEnd);
        assertThat(ended.output())
                .contains("load.sh: rules.v4 was not loaded: no-such-restore ended with status 127")
                .contains("status 1\n");
        assertThat(state(ended)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("backEnds")
    @DisplayName("what is right is loaded whole, without a word")
    void loadsAll(String backEnd) throws IOException, InterruptedException {
        final Ended ended = load(backEnd);
        assertThat(ended.output()).startsWith("status 0\n");
        assertThat(state(ended)).isEqualTo(ALL);
    }

    static List<String> backEnds() {
        return List.of("legacy", "nft");
    }

    @Test
    @DisplayName("load.sh --check tells each kind of difference, and loads nothing")
    void checkTellsDifferences() throws IOException, InterruptedException {
        final Ended ended = in("""
                ./load.sh --check; echo status $?
                ip addr del 203.0.113.2/24 dev eth0; ip addr add 203.0.113.2/25 dev eth0
                ip addr add 2001:db8::3/64 dev eth0 nodad
                ip link set eth1 mtu 1500
                ip addr flush dev ppp0; ip link set ppp0 down
                ./load.sh --check; echo status $?
                ip link del eth1
                ./load.sh --check | grep eth1; ./load.sh --chekc; echo status $?
                """, "legacy");
        assertThat(ended.output()).isEqualTo("""
                status 0
                address 203.0.113.2/24 is declared on eth0, and not there on this host
                address 203.0.113.2/25 is on eth0, and not declared
                address 2001:db8::3/64 is on eth0, and not declared
                mtu 1400 is declared for eth1, which has 1500
                device ppp0 is down
                device ppp0 has no address; it is declared dynamic
                status 1
                device eth1 is declared, and not on this host
                address 192.168.1.1/24 is declared on eth1, and not there on this host
                load.sh: unknown argument --chekc; try --help
                status 2
                """);
    }

    private Ended load(String backEnd) throws IOException, InterruptedException {
        return in("./load.sh; echo status $?\n", backEnd);
    }

    private Ended in(String commands, String backEnd) throws IOException, InterruptedException {
        final String programs = "export LC_ALL=C IPTABLES_RESTORE=iptables-BACKEND-restore"
                + " IP6TABLES_RESTORE=ip6tables-BACKEND-restore XTABLES_LOCKFILE=" + folder + "/lock\n";
        return Namespaces.inNamespace(
                folder, "sh", "-c", (programs + HOST + commands + STATE).replace("BACKEND", backEnd));
    }

    private static String state(Ended ended) {
        final List<String> words = List.of(ALL.split(" "));
        return String.join(" ", ended.output().lines().filter(words::contains).toList());
    }
}
