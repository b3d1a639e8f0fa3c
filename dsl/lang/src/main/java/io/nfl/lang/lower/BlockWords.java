// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Note;
import io.nfl.ir.BlockKind;
import io.nfl.lang.nfl.Block;
import io.nfl.lang.nfl.NflPackage;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;

/** What a block's head says. An enumeration's first literal looks unset in EMF, so the text is asked. */
final class BlockWords {
    private BlockWords() {}

    static Optional<Family> family(final Block block, final Words words) {
        return NodeModelUtils.findNodesForFeature(block, NflPackage.eINSTANCE.getBlock_Family())
                        .isEmpty()
                ? Optional.empty()
                : Optional.of(words.family(block.getFamily()));
    }

    static boolean hasPolicy(final Block block) {
        return !NodeModelUtils.findNodesForFeature(block, NflPackage.eINSTANCE.getBlock_Policy())
                .isEmpty();
    }

    static void reportNoHook(final Findings findings, final Block block, final BlockKind kind, final Hook hook) {
        final String hooks = kind.table().hooks().stream()
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        findings.report(
                Code.PLACEMENT_POLICY,
                findings.spans().of(block, NflPackage.eINSTANCE.getBlock_Hook()),
                "`" + kind.label() + "` has no hook `" + hook.name().toLowerCase(Locale.ROOT) + "`",
                "its hooks are " + hooks);
    }

    static void reportTwoPolicies(final Findings findings, final Block block, final Block first) {
        findings.add(Diagnostic.of(
                        Code.PLACEMENT_POLICY_TWICE,
                        findings.spans().of(block, NflPackage.eINSTANCE.getBlock_Policy()),
                        "policy " + block.getPolicy().getLiteral() + ", where another block of this hook says "
                                + first.getPolicy().getLiteral())
                .note(Note.at(findings.spans().of(first, NflPackage.eINSTANCE.getBlock_Policy()), "the other policy"))
                .note("blocks of one hook are joined into one chain, which has one policy"));
    }

    /** Whether the block's table has policies; told where it has none. */
    static boolean takesPolicy(final Findings findings, final Block block, final BlockKind kind) {
        if (kind == BlockKind.NAT) {
            findings.report(
                    Code.PLACEMENT_POLICY,
                    findings.spans().of(block, NflPackage.eINSTANCE.getBlock_Policy()),
                    "a `nat` block has no other policy than accept",
                    "nat sees only the first packet of a connection; drop in `filter`");
            return false;
        }
        return true;
    }
}
