// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Note;
import io.nfl.diag.Span;
import io.nfl.ir.Declared;
import io.nfl.ir.Sysctl;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Kernel settings as they come together: what an interface says of itself stands above what an option says of all. */
final class Sysctls {
    private final Findings findings;
    private final Map<String, Declared<Sysctl>> ofOptions = new LinkedHashMap<>();
    private final Map<String, Declared<Sysctl>> ofDevices = new LinkedHashMap<>();
    private final Set<Span> told = new HashSet<>();

    Sysctls(final Findings findings) {
        this.findings = findings;
    }

    void option(final Span span, final String name, final String value) {
        set(ofOptions, span, name, value);
    }

    void device(final Span span, final String name, final String value) {
        set(ofDevices, span, name, value);
    }

    /** What holds where no option says otherwise. */
    void otherwise(final Span span, final String name, final String value) {
        ofOptions.putIfAbsent(name, new Declared<>(span, new Sysctl(name, value)));
    }

    private void set(
            final Map<String, Declared<Sysctl>> level, final Span span, final String name, final String value) {
        final Declared<Sysctl> first = level.putIfAbsent(name, new Declared<>(span, new Sysctl(name, value)));
        if (first != null && !first.value().value().equals(value) && told.add(span)) {
            findings.add(Diagnostic.of(
                            Code.NAMES_DUPLICATE,
                            span,
                            "this is set already, to another value: `" + name + "` would be `"
                                    + first.value().value() + "` and `" + value + "`")
                    .note(Note.at(first.span(), "set here too")));
        }
    }

    List<Declared<Sysctl>> all() {
        final Map<String, Declared<Sysctl>> all = new LinkedHashMap<>(ofOptions);
        all.putAll(ofDevices);
        return List.copyOf(all.values());
    }
}
