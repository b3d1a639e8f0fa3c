// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.api.host.KernelProfile.BackEnd;
import io.nfl.iptables.Scripts;
import io.nfl.ir.Policy;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Scripts that do not say what the policy says are found out, and chance is no difference. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsOnKernelTest {
    private static final String GATEWAY = """
            policy gateway
            families ipv4
            interface wan = wan0 { address 203.0.113.2/24 }
            interface lan = lan0 { address 192.168.1.1/24 }
            routes { default via 203.0.113.1 dev wan }
            forwarding on
            filter input policy drop { accept ct established, related }
            filter forward policy drop {
              accept ct established, related
              drop ct invalid
              accept in lan out wan as "lan goes out"
            }
            nat postrouting { masquerade out wan }
            """;

    private static final String GOES_OUT = GATEWAY + """
            test "the lan goes out" {
              send in lan tcp syn from 192.168.1.5:40000 to 9.9.9.9:443 expect forward out wan from wan.address:40000
              reply expect forward out lan
            }
            """;

    private KernelTests tests;

    @BeforeAll
    void open() throws KernelAccess.Refused, IOException, InterruptedException {
        tests = KernelTests.open(KernelAccess.find(List.of(BackEnd.values())), 2);
    }

    @AfterAll
    void close() throws IOException {
        tests.close();
    }

    private KernelVerdict altered(BackEnd backEnd, String file, String from, String to)
            throws IOException, InterruptedException {
        return altered(GOES_OUT, backEnd, file, from, to);
    }

    private KernelVerdict altered(String nfl, BackEnd backEnd, String file, String from, String to)
            throws IOException, InterruptedException {
        Policy policy = SamplesOnKernelTest.compiled("gateway.nfl", nfl);
        Map<String, String> scripts = new HashMap<>(Scripts.of(policy, false));
        String text = scripts.getOrDefault(file, "");
        assertThat(text).contains(from);
        scripts.put(file, text.replace(from, to));
        return tests.run(policy, scripts, policy.tests(), List.of(backEnd), verdict -> {})
                .get(0);
    }

    @ParameterizedTest
    @EnumSource(BackEnd.class)
    void aRuleThatSaysSomethingElseIsToldWithBothStories(BackEnd backEnd) throws IOException, InterruptedException {
        KernelVerdict verdict =
                altered(backEnd, Scripts.RULES_V4, "-A FORWARD -i lan0 -o wan0", "-A FORWARD -i wan0 -o wan0");
        assertThat(verdict.passed()).isFalse();
        assertThat(VerdictText.of(verdict))
                .startsWith("JVM passes, kernel (" + KernelAccess.name(backEnd)
                        + ") fails: gateway.nfl:15:68: the packet is dropped by policy of filter FORWARD\n")
                .contains("verdict: kernel dropped in FORWARD, JVM forwarded")
                .contains("kernel, " + KernelAccess.name(backEnd))
                .contains("filter:FORWARD:policy")
                .contains("filter:FORWARD:rule:3  gateway.nfl:11 \"lan goes out\"")
                .contains("leaves wan0: tcp syn from 203.0.113.2:40000 to 9.9.9.9:443 ttl 63");
    }

    @ParameterizedTest
    @EnumSource(BackEnd.class)
    void aRuleTooManyIsFoundByItsCounter(BackEnd backEnd) throws IOException, InterruptedException {
        KernelVerdict verdict = altered(
                backEnd,
                Scripts.RULES_V4,
                "-A FORWARD -i lan0 -o wan0 -j ACCEPT",
                "-A FORWARD -i lan0 -o wan0 -p tcp -j ACCEPT\n-A FORWARD -i lan0 -o wan0 -j ACCEPT");
        assertThat(VerdictText.of(verdict)).contains("number of rules");
    }

    @ParameterizedTest
    @EnumSource(BackEnd.class)
    void aMarkThatNoVerdictShowsIsFound(BackEnd backEnd) throws IOException, InterruptedException {
        KernelVerdict verdict = altered(
                backEnd,
                Scripts.RULES_V4,
                "*nat",
                "*mangle\n:FORWARD ACCEPT [0:0]\n-A FORWARD -j MARK --set-xmark 0x7/0xff\nCOMMIT\n*nat");
        assertThat(VerdictText.of(verdict))
                .startsWith("JVM and kernel (" + KernelAccess.name(backEnd)
                        + ") pass, but differ in what the test does not ask for\n")
                .contains("mark: kernel 7, JVM 0");
    }

    @ParameterizedTest
    @EnumSource(BackEnd.class)
    void aRouteThatIsNotThereIsFound(BackEnd backEnd) throws IOException, InterruptedException {
        KernelVerdict verdict =
                altered(backEnd, Scripts.ROUTES_V4, "default via 203.0.113.1", "default via 203.0.113.9");
        assertThat(VerdictText.of(verdict))
                .contains("route: kernel table 254 via 203.0.113.9, JVM table 254 via 203.0.113.1");
    }

    /** The JVM fails at the mark; the kernel, whose scripts set it, passes. */
    @ParameterizedTest
    @EnumSource(BackEnd.class)
    void aTestThatFailsOnTheJvmAloneIsToldSo(BackEnd backEnd) throws IOException, InterruptedException {
        KernelVerdict verdict = altered(
                GATEWAY + """
                test "marked" {
                  send in lan udp from 192.168.1.5:40000 to 9.9.9.9:53 expect forward mark 7
                  reply expect forward out lan
                }
                """,
                backEnd,
                Scripts.RULES_V4,
                "*nat",
                "*mangle\n:FORWARD ACCEPT [0:0]\n-A FORWARD -i lan0 -j MARK --set-xmark 0x7/0xff\nCOMMIT\n*nat");
        assertThat(verdict.passed()).isFalse();
        assertThat(VerdictText.of(verdict))
                .startsWith("kernel (" + KernelAccess.name(backEnd) + ") passes, JVM fails: gateway.nfl:15:")
                .contains("its mark is 0x0")
                .contains("mark: kernel 7, JVM 0");
    }

    /** The kernel gives another port; its own packet is answered, and it is told what its answer met. */
    @ParameterizedTest
    @EnumSource(BackEnd.class)
    void theKernelIsAnsweredWhatTheKernelSent(BackEnd backEnd) throws IOException, InterruptedException {
        String nfl = GATEWAY + """
                test "there and back" {
                  send in lan tcp syn from 192.168.1.5:40000 to 9.9.9.9:443 expect forward out wan
                  reply expect forward out lan to 192.168.1.5:40000
                  reply expect forward out wan from wan.address:40000
                }
                """;
        KernelVerdict verdict =
                altered(nfl, backEnd, Scripts.RULES_V4, "-j MASQUERADE", "-p tcp -j MASQUERADE --to-ports 5000");
        assertThat(VerdictText.of(verdict))
                .startsWith("JVM passes, kernel (" + KernelAccess.name(backEnd) + ") fails: gateway.nfl:17:")
                .contains("it is from 203.0.113.2:5000");
    }

    /** What the test asks for beside the verdict: rule, policy, count, log, route, connection's mark. */
    @ParameterizedTest
    @EnumSource(BackEnd.class)
    void everyKindOfExpectationIsHeldAgainstTheKernel(BackEnd backEnd) throws IOException, InterruptedException {
        Map<String, String> expected = Map.of(
                "forward by \"lan goes out\"", "the rule did not decide",
                "forward counted 1 \"lan goes out\"", "has counted 0",
                "forward logged \"out: \"", "it was not logged so",
                "forward connmark 3", "its connection's mark is 0x0");
        for (Map.Entry<String, String> each : expected.entrySet()) {
            String nfl = GATEWAY.replace("accept in lan out wan as", "log \"out: \", accept in lan out wan as")
                    + "mangle forward { set connmark 3 in lan }\n"
                    + "test \"t\" { send in lan udp from 192.168.1.5:40000 to 9.9.9.9:53 expect "
                    + each.getKey() + " }\n";
            Policy policy = SamplesOnKernelTest.compiled("gateway.nfl", nfl);
            assertThat(run(policy, Map.of(), backEnd)).as(each.getKey()).isEmpty();
            Map<String, String> instead = Map.of(
                    "*filter\n",
                    "*filter\n:AROUND - [0:0]\n",
                    "-A FORWARD -i lan0 -o wan0",
                    "-A FORWARD -i wan0 -o wan0",
                    "-A FORWARD -m conntrack --ctstate INVALID -j DROP",
                    "-A FORWARD -m conntrack --ctstate INVALID -j DROP\n-A AROUND -j ACCEPT",
                    "-j CONNMARK",
                    "-p esp -j CONNMARK",
                    ":FORWARD DROP",
                    ":FORWARD ACCEPT");
            assertThat(run(policy, instead, backEnd))
                    .as(each.getKey())
                    .startsWith("JVM passes, kernel (" + KernelAccess.name(backEnd) + ") fails: ")
                    .contains(each.getValue());
        }
    }

    private String run(Policy policy, Map<String, String> instead, BackEnd backEnd)
            throws IOException, InterruptedException {
        Map<String, String> scripts = new HashMap<>(Scripts.of(policy, false));
        instead.forEach((from, to) -> scripts.merge(Scripts.RULES_V4, "", (text, empty) -> text.replace(from, to)));
        return VerdictText.of(tests.run(policy, scripts, policy.tests(), List.of(backEnd), verdict -> {})
                .get(0));
    }

    @Test
    void aTestThatFailsOnBothSidesIsToldOnce() throws IOException, InterruptedException {
        Policy policy = SamplesOnKernelTest.compiled("gateway.nfl", GATEWAY + """
                test "t" { send in lan udp from 192.168.1.5:40000 to 9.9.9.9:53 expect drop }
                """);
        assertThat(run(policy, Map.of(), BackEnd.NFT))
                .startsWith("JVM and kernel (nft) fail: gateway.nfl:14:")
                .hasLineCount(1);
    }

    @Test
    void aScriptThatTheKernelRefusesIsToldInItsWords() throws IOException, InterruptedException {
        KernelVerdict verdict = altered(BackEnd.LEGACY, Scripts.RULES_V4, "-j MASQUERADE", "-j NO_SUCH_TARGET");
        assertThat(VerdictText.of(verdict)).contains("the kernel refused").contains("NO_SUCH_TARGET");
    }

    @Test
    void aPortThatTheKernelPicksIsAnswered() throws IOException, InterruptedException {
        passes(GATEWAY + """
                test "two of the same port" {
                  send in lan tcp syn from 192.168.1.5:40000 to 9.9.9.9:443
                    expect forward out wan from wan.address:40000
                  send in lan tcp syn from 192.168.1.6:40000 to 9.9.9.9:443
                    expect forward out wan from wan.address
                  reply expect forward out lan to 192.168.1.6:40000
                  reply ack expect forward out wan from wan.address
                }
                """);
    }

    @Test
    void chanceIsLedTheKernelsWay() throws IOException, InterruptedException {
        passes(GATEWAY + """
                mark a = 0x1/0xf
                mark b = 0x2/0xf
                mangle prerouting {
                  set mark a in lan probability 0.5
                  set mark b in lan mark 0/0xf probability 0.5
                }
                test "one, the other or none" {
                  repeat 12 {
                    send in lan udp from 192.168.1.5:40000 to 9.9.9.9:53
                      expect forward out wan mark a or forward out wan mark b or forward out wan mark 0/0xf
                  }
                }
                """);
    }

    private void passes(String text) throws IOException, InterruptedException {
        Policy policy = SamplesOnKernelTest.compiled("gateway.nfl", text);
        for (KernelVerdict verdict : tests.run(policy, policy.tests(), List.of(BackEnd.values()), each -> {})) {
            assertThat(VerdictText.of(verdict)).isEmpty();
        }
    }
}
