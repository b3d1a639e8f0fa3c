// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Note;
import io.nfl.lang.nfl.Mark;
import io.nfl.lang.nfl.PolicyFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Declared marks as fields: values of one mask are one field, and fields share no bits. */
final class MarkFields {
    private MarkFields() {}

    static void report(final List<PolicyFile> files, final Words words, final Findings findings) {
        final Map<Integer, Mark> fields = new LinkedHashMap<>();
        for (final Mark mark : marks(files)) {
            final int mask = words.masked(mark.getValue(), -1).mask();
            final Mark same = fields.putIfAbsent(mask, mark);
            if (same != null) {
                continue;
            }
            fields.entrySet().stream()
                    .filter(each -> each.getKey() != mask && (each.getKey() & mask) != 0)
                    .findFirst()
                    .ifPresent(other -> findings.add(Diagnostic.of(
                                    Code.VALUE_MARK_OVERLAP,
                                    findings.span(mark.getValue()),
                                    String.format(
                                            "the mask 0x%x shares the bits 0x%x with that of `%s`",
                                            mask,
                                            mask & other.getKey(),
                                            other.getValue().getName()))
                            .note(Note.at(
                                    findings.span(other.getValue().getValue()),
                                    String.format("its mask is 0x%x", other.getKey())))
                            .note("where the one is set, the other changes; give each its own bits, as in `0x1/0xf`")));
        }
    }

    private static List<Mark> marks(final List<PolicyFile> files) {
        final List<Mark> marks = new ArrayList<>();
        files.forEach(file -> file.getElements().stream()
                .filter(each -> each instanceof Mark mark && mark.getName() != null && mark.getValue() != null)
                .map(Mark.class::cast)
                .forEach(marks::add));
        return marks;
    }
}
