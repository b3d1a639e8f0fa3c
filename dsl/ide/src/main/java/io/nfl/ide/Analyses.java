// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The analyses of all open texts, and of what imports them; what has not changed is not read again. For one thread. */
final class Analyses {
    private final OpenTexts open;
    private final Neighbours neighbours;
    private final Map<String, Analysis> known = new HashMap<>();

    Analyses(final OpenTexts open, final Neighbours neighbours) {
        this.open = open;
        this.neighbours = neighbours;
    }

    /**
     * All open texts as they are now, policies before the texts that they import: such a text is a part of them, and a
     * policy of its own only where texts import each other. Policies that are not open stand behind those that are.
     */
    List<Analysis> now() {
        final List<Source> sources = new ArrayList<>(open.all());
        sources.addAll(neighbours.importing(sources));
        final Set<String> names = new HashSet<>();
        sources.forEach(each -> names.add(each.name()));
        known.keySet().retainAll(names);
        final SourceFinder finder = open.finder();
        final List<Analysis> all = new ArrayList<>();
        final Set<String> imported = new HashSet<>();
        for (final Source source : sources) {
            final Analysis analysis = analysis(source, finder);
            all.add(analysis);
            analysis.texts().keySet().stream()
                    .filter(each -> !each.equals(source.name()))
                    .forEach(imported::add);
        }
        final List<Analysis> order = new ArrayList<>();
        all.stream().filter(each -> !imported.contains(each.policy().name())).forEach(order::add);
        all.stream().filter(each -> imported.contains(each.policy().name())).forEach(order::add);
        return order;
    }

    /** The policy that a text is, or is a part of: of several the first. */
    Optional<Analysis> of(final String file) {
        return now().stream().filter(each -> each.texts().containsKey(file)).findFirst();
    }

    private Analysis analysis(final Source source, final SourceFinder finder) {
        final Analysis before = known.get(source.name());
        if (before != null && before.isCurrent(source, finder)) {
            return before;
        }
        // Two readings of a long text at once may be more than the heap holds.
        known.remove(source.name());
        final Analysis analysis = Analysis.of(source, finder);
        known.put(source.name(), analysis);
        return analysis;
    }
}
