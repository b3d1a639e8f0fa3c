// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.automaton;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.xtext.AbstractElement;
import org.eclipse.xtext.Action;
import org.eclipse.xtext.GrammarUtil;
import org.eclipse.xtext.Group;
import org.eclipse.xtext.Keyword;
import org.eclipse.xtext.RuleCall;

/**
 * What may stand at a position: keywords, and kinds of values. For messages and for completion.
 *
 * @param keywords words and signs of the language, without those that would only be names
 * @param things what to call the values, such as {@code a port}
 * @param unknown the rules that take nonsense here: what could begin anew
 */
public record Expectation(List<String> keywords, List<String> things, List<String> unknown) {
    /** What users call the grammar's rules. */
    private static final Map<String, String> THINGS = Map.ofEntries(
            Map.entry("DeviceReference", "an interface or zone"),
            Map.entry("Device", "a device"),
            Map.entry("Address", "an address"),
            Map.entry("Literal", "an address"),
            Map.entry("PortRange", "a port"),
            Map.entry("IcmpType", "an ICMP type"),
            Map.entry("ProtocolName", "a protocol"),
            Map.entry("MarkValue", "a mark"),
            Map.entry("MaskedNumber", "a number"),
            Map.entry("NumberRange", "a number"),
            Map.entry("Number", "a number"),
            Map.entry("CtState", "a conntrack state"),
            Map.entry("DscpValue", "a DSCP value"),
            Map.entry("SetKey", "`source`, `destination` or `port`"),
            Map.entry("LimitKey", "`source`, `destination`, `source-port` or `destination-port`"),
            Map.entry("PortProtocol", "a protocol"),
            Map.entry("TimeoutWord", "the name of a timeout"),
            Map.entry("HookWord", "a hook"),
            Map.entry("PolicyWord", "`accept` or `drop`"),
            Map.entry("OutcomeWord", "an outcome"),
            Map.entry("FlagWord", "a TCP flag"),
            Map.entry("Match", "a match"),
            Map.entry("Action", "an action"),
            Map.entry("RuleSelector", "a selector"),
            Map.entry("ServiceEntry", "a protocol with ports"),
            Map.entry("Hop", "`via` or `dev`"),
            Map.entry("OptionName", "the name of a setting"),
            Map.entry("OptionValue", "a value"),
            Map.entry("OptionWord", "a value"),
            Map.entry("Probability", "a fraction such as 0.25"),
            Map.entry("SizeWord", "a number of bytes"),
            Map.entry("LogFlag", "a flag of log"),
            Map.entry("NatFlag", "a flag"),
            Map.entry("UserName", "a user"),
            Map.entry("ClassId", "a class such as 1:10"),
            Map.entry("TcpOption", "a TCP option"),
            Map.entry("Name", "a name"),
            Map.entry("Word", "a word"));

    private static final Map<String, String> TERMINALS = Map.ofEntries(
            Map.entry("ID", "a name"),
            Map.entry("INT", "a number"),
            Map.entry("HEX", "a number"),
            Map.entry("STRING", "a text in quotes"),
            Map.entry("IPV4", "an address"),
            Map.entry("IPV6", "an address"),
            Map.entry("MAC", "an Ethernet address"),
            Map.entry("DURATION", "a duration such as 30s"),
            Map.entry("HEX_PAIR", "a time such as 08:00"),
            Map.entry("DECIMAL", "a fraction such as 0.25"));

    private static final String UNKNOWN = "UNKNOWN";
    private static final String SOFT_WORD = "SoftWord";

    static Expectation of(final GrammarAutomaton.State state) {
        final Set<String> keywords = new LinkedHashSet<>();
        final Set<String> things = new LinkedHashSet<>();
        final Set<String> unknown = new LinkedHashSet<>();
        for (final GrammarAutomaton.Configuration each : state.configurations()) {
            final List<RuleCall> calls = calls(each);
            final AbstractElement token = each.token();
            if (token instanceof RuleCall terminal
                    && terminal.getRule().getName().equals(UNKNOWN)) {
                unknown.add(GrammarUtil.containingRule(token).getName());
                continue;
            }
            if (token instanceof Keyword keyword && !isFreeWord(calls)) {
                keywords.add(keyword.getValue());
            }
            final String thing = thing(each, calls);
            if (!thing.isEmpty()) {
                things.add(thing);
            }
        }
        return new Expectation(List.copyOf(keywords), List.copyOf(things), List.copyOf(unknown));
    }

    static Map<String, Set<String>> beginnings(final GrammarAutomaton.State state) {
        final Map<String, Set<String>> all = new LinkedHashMap<>();
        for (final GrammarAutomaton.Configuration each : state.configurations()) {
            final List<RuleCall> calls = calls(each);
            if (each.token() instanceof Keyword keyword && !isFreeWord(calls)) {
                all.computeIfAbsent(keyword.getValue(), word -> new LinkedHashSet<>())
                        .add(thing(each, calls));
            }
        }
        return all;
    }

    /** The calls on the stack, the outermost first. */
    private static List<RuleCall> calls(final GrammarAutomaton.Configuration configuration) {
        final List<RuleCall> calls = new ArrayList<>();
        GrammarAutomaton.Frame frame = configuration.stack();
        while (frame != null) {
            final RuleCall call = frame.call();
            if (call != null) {
                calls.add(0, call);
            }
            frame = frame.caller();
        }
        return calls;
    }

    /** An option word where a name stands: there it is only one name of many. */
    private static boolean isFreeWord(final List<RuleCall> calls) {
        return calls.stream().anyMatch(call -> call.getRule().getName().equals(SOFT_WORD));
    }

    /** What begins here, by the outermost rule that has a name for users; else the sign or terminal itself. */
    private static String thing(final GrammarAutomaton.Configuration configuration, final List<RuleCall> calls) {
        final AbstractElement token = configuration.token();
        final int depth = calls.size();
        int outermost = depth;
        AbstractElement at = token;
        for (int i = depth - 1; i >= 0 && isFirst(at); i--) {
            if (THINGS.containsKey(calls.get(i).getRule().getName())) {
                outermost = i;
            }
            at = calls.get(i);
        }
        if (outermost < depth) {
            return THINGS.getOrDefault(calls.get(outermost).getRule().getName(), "");
        }
        if (token instanceof RuleCall terminal) {
            return TERMINALS.getOrDefault(terminal.getRule().getName(), "");
        }
        return token instanceof Keyword keyword && !isFreeWord(calls) ? "`" + keyword.getValue() + "`" : "";
    }

    /** Whether nothing that must stand there stands before it in its rule. */
    private static boolean isFirst(final AbstractElement element) {
        AbstractElement inner = element;
        while (inner.eContainer() instanceof AbstractElement outer) {
            if (outer instanceof Group group) {
                for (final AbstractElement sibling : group.getElements()) {
                    if (sibling == inner) {
                        break;
                    }
                    if (!(sibling instanceof Action) && sibling.getCardinality() == null) {
                        return false;
                    }
                }
            }
            inner = outer;
        }
        return true;
    }
}
