// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.ir.ConntrackMatch;
import io.nfl.ir.Match;
import io.nfl.ir.Rule;
import java.util.List;
import java.util.Optional;

/** The rules of a chain so far that end it. */
final class EarlierRules {
    private final Optional<EarlierRules> callers;
    private final LikeRules lasting = new LikeRules();
    private LikeRules mutable = new LikeRules();
    private boolean forgot;

    private EarlierRules(final Optional<EarlierRules> callers) {
        this.callers = callers;
    }

    EarlierRules() {
        this(Optional.empty());
    }

    /** Those of a chain that is called from one place alone, at which the caller has come to this point. */
    EarlierRules called() {
        return new EarlierRules(Optional.of(this));
    }

    void add(final Rule rule) {
        (readsMutable(rule.matches()) ? mutable : lasting).add(rule);
    }

    /** What may have changed since is no longer known to be as an earlier rule saw it. */
    void forgetMutable() {
        mutable = new LikeRules();
        forgot = true;
    }

    private static boolean readsMutable(final List<Match> matches) {
        return matches.stream()
                .anyMatch(m -> m instanceof Match.Mark
                        || m instanceof Match.Connmark
                        || m instanceof Match.Dscp
                        || m instanceof Match.Tos
                        || m instanceof Match.HopLimit
                        || m instanceof Match.TcpMss
                        || m instanceof ConntrackMatch);
    }

    /** An earlier rule of another place in the text that takes all that this one could. */
    Optional<Rule> covering(final Rule rule) {
        return lasting.covering(rule)
                .or(() -> mutable.covering(rule))
                .or(() -> callers.flatMap(each -> forgot ? each.lastingCovering(rule) : each.covering(rule)));
    }

    private Optional<Rule> lastingCovering(final Rule rule) {
        return lasting.covering(rule).or(() -> callers.flatMap(each -> each.lastingCovering(rule)));
    }
}
