// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.classify.CtTemplate;
import io.nfl.api.classify.HopLimitOperation;
import io.nfl.api.classify.LogParameters;
import io.nfl.api.classify.RejectWith;
import io.nfl.api.classify.Targets;
import io.nfl.api.net.Family;
import io.nfl.api.net.TcpFlags;
import io.nfl.diag.Code;
import io.nfl.ir.Chain;
import io.nfl.ir.Invertible;
import io.nfl.ir.Match;
import io.nfl.ir.Target;
import io.nfl.lang.nfl.Accept;
import io.nfl.lang.nfl.Action;
import io.nfl.lang.nfl.ChangeTtl;
import io.nfl.lang.nfl.ClampMss;
import io.nfl.lang.nfl.Dnat;
import io.nfl.lang.nfl.Drop;
import io.nfl.lang.nfl.Goto;
import io.nfl.lang.nfl.Jump;
import io.nfl.lang.nfl.Log;
import io.nfl.lang.nfl.MarkBits;
import io.nfl.lang.nfl.Masquerade;
import io.nfl.lang.nfl.Netmap;
import io.nfl.lang.nfl.NflPackage;
import io.nfl.lang.nfl.NoTrack;
import io.nfl.lang.nfl.Redirect;
import io.nfl.lang.nfl.Reject;
import io.nfl.lang.nfl.Return;
import io.nfl.lang.nfl.SaveRestore;
import io.nfl.lang.nfl.SetDscp;
import io.nfl.lang.nfl.SetMark;
import io.nfl.lang.nfl.SetMss;
import io.nfl.lang.nfl.SetTos;
import io.nfl.lang.nfl.SetTtl;
import io.nfl.lang.nfl.Snat;
import io.nfl.lang.nfl.Track;
import io.nfl.lang.nfl.UserChain;
import io.nfl.lang.nfl.util.NflSwitch;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.emf.ecore.EObject;
import org.jspecify.annotations.Nullable;

/** Actions as the rules that they take. */
final class ActionLowering {
    private static final Set<Family> BOTH = Set.of(Family.values());
    private static final List<String> LEVELS =
            List.of("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug");
    private static final Map<String, Integer> LOG_FLAGS =
            Map.of("tcp-sequence", 0x01, "tcp-options", 0x02, "ip-options", 0x04, "uid", 0x08, "macdecode", 0x20);
    private static final int DEFAULT_LEVEL = 4;

    private final Findings findings;
    private final Numbers numbers;
    private final Words words;
    private final NatActions nat;

    ActionLowering(final Findings findings, final Numbers numbers, final Addresses addresses, final Words words) {
        this.findings = findings;
        this.numbers = numbers;
        this.words = words;
        this.nat = new NatActions(findings, numbers, addresses);
    }

    /** The action's body in a family; empty where it is not supported, which is told. */
    Optional<Body> lower(final Action action, final Family family) {
        final Body body = new Dispatch(family).doSwitch(action);
        if (body == null) {
            findings.unsupported(action, "`" + Names.firstWord(action) + "` as an action");
        }
        return Optional.ofNullable(body);
    }

    private Body body(final EObject at, final Target target, final Body.Ending ending) {
        return new Body(findings.spans().firstWord(at), List.of(new Body.Line(List.of(), target)), BOTH, false, ending);
    }

    private Body continuing(final EObject at, final Target target) {
        return body(at, target, Body.Ending.CONTINUES);
    }

    /** One case for each action; what has none is not supported yet. */
    private final class Dispatch extends NflSwitch<Body> {
        private final Family family;

        private Dispatch(final Family family) {
            this.family = family;
        }

        @Override
        public Body caseAccept(final Accept action) {
            return body(action, new Target.Accept(), Body.Ending.TERMINAL);
        }

        @Override
        public Body caseDrop(final Drop action) {
            return body(action, new Target.Drop(), Body.Ending.TERMINAL);
        }

        @Override
        public Body caseReturn(final Return action) {
            return body(action, new Target.Return(), Body.Ending.LEAVES_CHAIN);
        }

        /** Names that are none, too long, or those of others are told where they are declared. */
        private boolean isChain(final UserChain chain) {
            return chain.getName() != null
                    && chain.getName().length() <= Chain.MAX_NAME_LENGTH
                    && !findings.refuses(findings.spans().name(chain));
        }

        @Override
        public @Nullable Body caseJump(final Jump action) {
            return action.getChain() instanceof UserChain chain && isChain(chain)
                    ? body(action, new Target.Jump(chain.getName()), Body.Ending.CALLS)
                    : continuing(action, new Target.Continue());
        }

        @Override
        public Body caseGoto(final Goto action) {
            return action.getChain() instanceof UserChain chain && isChain(chain)
                    ? body(action, new Target.Goto(chain.getName()), Body.Ending.LEAVES_CHAIN)
                    : continuing(action, new Target.Continue());
        }

        @Override
        public Body caseReject(final Reject action) {
            final String name = action.getAnswer() == null ? "port-unreachable" : action.getAnswer();
            for (final RejectWith with : RejectWith.values()) {
                if (with.label().equals(name)) {
                    return new Body(
                            findings.spans().firstWord(action),
                            List.of(new Body.Line(List.of(), new Target.Reject(with))),
                            families(with),
                            with == RejectWith.TCP_RESET,
                            Body.Ending.TERMINAL);
                }
            }
            final List<String> all = new ArrayList<>();
            for (final RejectWith with : RejectWith.values()) {
                all.add(with.label());
            }
            findings.report(
                    Code.VALUE_WORD, action, "`reject` does not answer with `" + name + "`", String.join(", ", all));
            return body(action, new Target.Drop(), Body.Ending.TERMINAL);
        }

        private Set<Family> families(final RejectWith with) {
            final Set<Family> families = EnumSet.noneOf(Family.class);
            for (final Family each : Family.values()) {
                if (with.iptablesLabel(each).isPresent()) {
                    families.add(each);
                }
            }
            return families;
        }

        @Override
        public Body caseLog(final Log action) {
            final String prefix = action.getPrefix() == null ? "" : action.getPrefix();
            if (prefix.length() > LogParameters.MAX_PREFIX_LENGTH) {
                findings.report(
                        Code.VALUE_LOG_PREFIX,
                        findings.spans().of(action, NflPackage.eINSTANCE.getLog_Prefix()),
                        "a log prefix has at most " + LogParameters.MAX_PREFIX_LENGTH + " characters, this one has "
                                + prefix.length(),
                        "iptables would cut it without a word");
            }
            int flags = 0;
            for (final String flag : action.getFlags()) {
                final Integer bit = LOG_FLAGS.get(flag);
                if (bit == null) {
                    findings.report(Code.VALUE_WORD, action, "`log` has nothing called `" + flag + "` to add");
                } else {
                    flags |= bit;
                }
            }
            final int shown = Math.min(prefix.length(), LogParameters.MAX_PREFIX_LENGTH);
            return continuing(
                    action, new Target.Log(new LogParameters(level(action), prefix.substring(0, shown), flags)));
        }

        private int level(final Log action) {
            if (action.getLevel() == null) {
                return DEFAULT_LEVEL;
            }
            final int level = LEVELS.indexOf(action.getLevel().toLowerCase(Locale.ROOT));
            if (level < 0) {
                findings.report(
                        Code.VALUE_WORD,
                        action,
                        "`" + action.getLevel() + "` is no level of syslog",
                        String.join(", ", LEVELS));
            }
            return Math.max(level, 0);
        }

        @Override
        public Body caseMasquerade(final Masquerade action) {
            return nat.masquerade(action);
        }

        @Override
        public Body caseSnat(final Snat action) {
            return nat.snat(action, family);
        }

        @Override
        public Body caseDnat(final Dnat action) {
            return nat.dnat(action, family);
        }

        @Override
        public Body caseRedirect(final Redirect action) {
            return nat.redirect(action);
        }

        @Override
        public Body caseNetmap(final Netmap action) {
            return nat.netmap(action, family);
        }

        @Override
        public Body caseSetMark(final SetMark action) {
            final Words.Masked mark = words.mark(action.getValue());
            return continuing(
                    action,
                    action.getWhat().equals("connmark")
                            ? new Target.SetConnmark(mark.value(), mark.mask())
                            : new Target.Mark(mark.value(), mark.mask()));
        }

        @Override
        public Body caseMarkBits(final MarkBits action) {
            final int bits = numbers.bits(action, action.getValue());
            final Words.Masked mark = switch (action.getOperation()) {
                case "or" -> new Words.Masked(bits, bits);
                case "and" -> new Words.Masked(0, ~bits);
                default -> new Words.Masked(bits, 0);
            };
            return continuing(
                    action,
                    action.getWhat().equals("connmark")
                            ? new Target.SetConnmark(mark.value(), mark.mask())
                            : new Target.Mark(mark.value(), mark.mask()));
        }

        @Override
        public @Nullable Body caseSaveRestore(final SaveRestore action) {
            if (!action.getWhat().equals("mark")) {
                return null;
            }
            final int mask = action.getMask() == null ? -1 : maskOf(words.mark(action.getMask()));
            return continuing(
                    action,
                    action.getOperation().equals("save")
                            ? new Target.SaveMark(mask, mask)
                            : new Target.RestoreMark(mask, mask));
        }

        /** {@code mask guests} is the mask of the mark; {@code mask 0xff} the number itself. */
        private int maskOf(final Words.Masked mark) {
            return mark.mask() == -1 ? mark.value() : mark.mask();
        }

        @Override
        public Body caseSetTtl(final SetTtl action) {
            final int ttl = numbers.integer(action, action.getTtl(), "a ttl", 0, 255);
            return continuing(action, new Target.HopLimit(HopLimitOperation.SET, ttl));
        }

        @Override
        public Body caseChangeTtl(final ChangeTtl action) {
            final int by = action.getBy() == null ? 1 : numbers.integer(action, action.getBy(), "a step", 1, 255);
            return continuing(
                    action,
                    new Target.HopLimit(
                            action.getOperation().equals("increment")
                                    ? HopLimitOperation.INCREMENT
                                    : HopLimitOperation.DECREMENT,
                            by));
        }

        @Override
        public Body caseSetDscp(final SetDscp action) {
            return continuing(action, new Target.Dscp(words.dscp(action, action.getDscp())));
        }

        @Override
        public Body caseSetTos(final SetTos action) {
            final Words.Masked tos = words.masked(action.getTos(), 0xFF);
            return continuing(action, new Target.Tos(tos.value() & 0xFF, tos.mask() & 0xFF));
        }

        @Override
        public Body caseSetMss(final SetMss action) {
            return mss(action, numbers.integer(action, action.getMss(), "an mss", 1, 0xFFFF));
        }

        @Override
        public Body caseClampMss(final ClampMss action) {
            return mss(action, Targets.CLAMP_TO_PMTU);
        }

        private Body mss(final Action action, final int mss) {
            final Match syn = new Match.Tcp(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(Invertible.is(new Match.FlagTest(TcpFlags.SYN | TcpFlags.RST, TcpFlags.SYN))),
                    Optional.empty());
            final List<Test> tests = List.of(
                    Test.Header.protocol(findings.span(action), io.nfl.api.net.IpProtocol.TCP.number()),
                    new Test.Extension(findings.span(action), syn, Optional.empty()));
            return new Body(
                    findings.spans().firstWord(action),
                    List.of(new Body.Line(tests, new Target.TcpMss(mss))),
                    BOTH,
                    false,
                    Body.Ending.CONTINUES);
        }

        @Override
        public Body caseNoTrack(final NoTrack action) {
            return continuing(action, new Target.NoTrack());
        }

        @Override
        public @Nullable Body caseTrack(final Track action) {
            if (action.getZone() == null) {
                return null;
            }
            final int zone = numbers.integer(action, action.getZone(), "a zone", 1, 65_535);
            return continuing(
                    action,
                    new Target.Track(
                            new CtTemplate(zone, CtTemplate.ZoneDirection.BOTH, Optional.empty(), Optional.empty())));
        }
    }
}
