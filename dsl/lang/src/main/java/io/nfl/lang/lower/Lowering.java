// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Note;
import io.nfl.diag.Result;
import io.nfl.diag.Span;
import io.nfl.ir.BlockKind;
import io.nfl.ir.Policy;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import io.nfl.lang.PolicyReader.Reading;
import io.nfl.lang.lower.TableDraft.ChainDraft;
import io.nfl.lang.nfl.AddressList;
import io.nfl.lang.nfl.Block;
import io.nfl.lang.nfl.Element;
import io.nfl.lang.nfl.Families;
import io.nfl.lang.nfl.ForeignChain;
import io.nfl.lang.nfl.Jump;
import io.nfl.lang.nfl.Keep;
import io.nfl.lang.nfl.Mark;
import io.nfl.lang.nfl.PolicyFile;
import io.nfl.lang.nfl.PolicyWord;
import io.nfl.lang.nfl.Service;
import io.nfl.lang.nfl.UserChain;
import io.nfl.lang.nfl.Verify;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.xtext.EcoreUtil2;

/** A linked model into the IR. */
public final class Lowering {
    private static final String PUBLISH_ACCEPTS = "publish-accepts";

    private final Reading reading;
    private final Findings findings;
    private final Numbers numbers;
    private final Addresses addresses;
    private final Words words;
    private final MatchLowering matches;
    private final RuleLowering rules;
    private final Map<String, List<Chain>> chains = new LinkedHashMap<>();

    /** A declaration of a user chain, and whose span its rules have. */
    private record Chain(UserChain declaration, Optional<Span> span) {}

    private Lowering(final Reading reading) {
        this.reading = reading;
        this.findings = new Findings(reading.spans(), reading.diagnostics());
        this.numbers = new Numbers(findings);
        this.addresses = new Addresses(findings);
        this.words = new Words(findings, numbers);
        this.matches = new MatchLowering(findings, numbers, addresses, words);
        this.rules = new RuleLowering(
                findings,
                matches,
                new StateLowering(findings, numbers),
                new ActionLowering(findings, numbers, addresses, words));
    }

    /**
     * The policy of a reading. Where there are errors, what could be lowered, for further checks alone.
     *
     * @param name where the text gives none
     */
    public static Result<Policy> lower(final Reading reading, final String name) {
        return new Lowering(reading).lower(name);
    }

    private Result<Policy> lower(final String name) {
        unsupportedElements();
        readDeclarations();
        collectChains();
        final HostLowering host = new HostLowering(findings, numbers, addresses, words, reading, families());
        final HostLowering.Host described = host.lower();
        final List<Ruleset> rulesets = new ArrayList<>();
        final Set<Family> wanted = families();
        for (final Family family : Family.values()) {
            final Ruleset ruleset = ruleset(family);
            if (wanted.contains(family)) {
                rulesets.add(ruleset);
            }
        }
        rules.reportContradictions(wanted);
        leftOut(described, wanted);
        rules.reportNegatedLists(wanted);
        MarkFields.report(reading.files(), words, findings);
        unreachedChains(rulesets);
        final var tests = new TestLowering(findings, numbers, addresses, words, described).lower(reading.files());
        final List<Diagnostic> found = findings.all();
        final String declared = reading.policy().getName();
        return Result.of(
                new Policy(
                        declared == null ? name : declared,
                        described.interfaces(),
                        described.routes().stream()
                                .filter(each -> wanted.contains(
                                        each.value().destination().family()))
                                .toList(),
                        described.rules().stream()
                                .filter(each -> wanted.contains(each.value().family()))
                                .toList(),
                        described.sysctls(),
                        rulesets,
                        tests,
                        described.tables().tables()),
                found);
    }

    /** Routes and routing rules of a family that the policy leaves out. */
    private void leftOut(final HostLowering.Host host, final Set<Family> wanted) {
        final Set<Span> kept = new HashSet<>();
        final Map<Span, Family> left = new LinkedHashMap<>();
        host.routes().forEach(each -> {
            final Family family = each.value().destination().family();
            if (!wanted.contains(family)) {
                left.put(each.span(), family);
            }
        });
        host.rules().forEach(each -> {
            if (wanted.contains(each.value().family())) {
                kept.add(each.span());
            } else {
                left.put(each.span(), each.value().family());
            }
        });
        left.keySet().removeAll(kept);
        left.forEach((span, family) -> findings.report(
                Code.FAMILY_LEFT_OUT,
                span,
                "this is for " + RuleLowering.name(family) + " alone, which the policy leaves out"));
    }

    private void unsupportedElements() {
        for (final PolicyFile file : reading.files()) {
            for (final Element element : file.getElements()) {
                if (element instanceof Keep) {
                    findings.unsupported(element, "`keep chains`");
                } else if (element instanceof ForeignChain) {
                    findings.unsupported(element, "`foreign chain`");
                } else if (element instanceof Verify) {
                    findings.unsupported(element, "`verify`");
                } else if (element instanceof io.nfl.lang.nfl.AddressSet) {
                    findings.unsupported(element, "`set` declarations");
                } else if (element instanceof io.nfl.lang.nfl.RecentList) {
                    findings.unsupported(element, "`list` declarations");
                }
            }
        }
    }

    /** What is wrong with a declaration is said whether it is used or not. */
    private void readDeclarations() {
        for (final PolicyFile file : reading.files()) {
            for (final Element element : file.getElements()) {
                if (element instanceof AddressList list) {
                    addresses.terms(list.getValues());
                } else if (element instanceof Mark mark) {
                    words.masked(mark.getValue(), -1);
                } else if (element instanceof Service service) {
                    matches.services().read(service);
                }
            }
        }
    }

    private Set<Family> families() {
        final List<Families> written = reading.files().stream()
                .flatMap(file -> file.getElements().stream())
                .filter(Families.class::isInstance)
                .map(Families.class::cast)
                .toList();
        if (written.isEmpty()) {
            return EnumSet.allOf(Family.class);
        }
        final Families first = written.get(0);
        written.stream()
                .filter(each -> each.getFamily() != first.getFamily())
                .forEach(each -> findings.add(Diagnostic.of(
                                Code.NAMES_DUPLICATE, findings.span(each), "the families are said already, and others")
                        .note(Note.at(findings.span(first), "said here too"))
                        .note("a policy of both families says neither")));
        return EnumSet.of(words.family(first.getFamily()));
    }

    private void collectChains() {
        for (final PolicyFile file : reading.files()) {
            collectChains(file, Optional.empty());
        }
        reading.expansions().forEach(each -> collectChains(each.file(), Optional.of(each.span())));
        collectChains(reading.builtin(), Optional.empty());
    }

    private void collectChains(final PolicyFile file, final Optional<Span> span) {
        for (final Element element : file.getElements()) {
            if (element instanceof UserChain chain
                    && chain.getName() != null
                    && !findings.refuses(findings.spans().name(chain))) {
                chains.computeIfAbsent(chain.getName(), n -> new ArrayList<>()).add(new Chain(chain, span));
            }
        }
    }

    /** Rules take only the chains that a hook leads to; of the others nothing is left but this word. */
    private void unreachedChains(final List<Ruleset> rulesets) {
        chains.forEach((name, written) -> {
            final boolean reached = rulesets.stream()
                    .flatMap(r -> r.tables().stream())
                    .anyMatch(t -> t.chain(name).isPresent());
            final UserChain first = written.get(0).declaration();
            if (!reached && !name.equals(PUBLISH_ACCEPTS) && reading.files().contains(first.eContainer())) {
                if (name.length() <= io.nfl.ir.Chain.MAX_NAME_LENGTH) {
                    findings.add(Diagnostic.of(
                            Code.FLOW_CHAIN_UNREACHED,
                            findings.spans().name(first),
                            "nothing reaches chain `" + name + "`"));
                }
                for (final Family family : Family.values()) {
                    final TableDraft scratch = new TableDraft(Table.FILTER, family);
                    fill(name, scratch, scratch.open(name, findings.spans().name(first)));
                }
            }
        });
    }

    private Ruleset ruleset(final Family family) {
        final Map<Table, TableDraft> drafts = new EnumMap<>(Table.class);
        for (final var expansion : reading.expansions()) {
            blocks(expansion.file(), family, drafts, Optional.of(expansion.span()), kind -> kind == BlockKind.NAT);
        }
        for (final PolicyFile file : reading.files()) {
            blocks(file, family, drafts, Optional.empty(), kind -> true);
        }
        for (final var expansion : reading.expansions()) {
            blocks(
                    expansion.file(),
                    family,
                    drafts,
                    Optional.of(expansion.span()),
                    kind -> kind != BlockKind.NAT && drafts.containsKey(kind.table()));
        }
        final List<TableRules> tables = new ArrayList<>();
        drafts.forEach((table, draft) -> {
            fillWanted(draft);
            tables.add(draft.rules());
        });
        return new Ruleset(family, tables);
    }

    private void blocks(
            final PolicyFile file,
            final Family family,
            final Map<Table, TableDraft> drafts,
            final Optional<Span> span,
            final java.util.function.Predicate<BlockKind> wanted) {
        for (final Element element : file.getElements()) {
            if (element instanceof Block block) {
                final BlockKind kind =
                        BlockKind.valueOf(block.getKind().getLiteral().toUpperCase(Locale.ROOT));
                if (wanted.test(kind)) {
                    block(block, kind, family, drafts, span);
                }
            }
        }
    }

    private void block(
            final Block block,
            final BlockKind kind,
            final Family family,
            final Map<Table, TableDraft> drafts,
            final Optional<Span> span) {
        final Hook hook = Hook.valueOf(block.getHook().getLiteral().toUpperCase(Locale.ROOT));
        final Optional<Family> only = BlockWords.family(block, words);
        final TableDraft draft = drafts.computeIfAbsent(kind.table(), t -> new TableDraft(t, family));
        final Optional<ChainDraft> chain = draft.at(hook);
        if (chain.isEmpty()) {
            BlockWords.reportNoHook(findings, block, kind, hook);
            return;
        }
        final boolean mine = only.map(each -> each == family).orElse(true);
        if (BlockWords.hasPolicy(block) && mine) {
            policy(block, kind, chain.get());
        }
        rules.lower(block.getStatements(), new RuleLowering.Place(Optional.of(kind), only, span), draft, chain.get());
        if (kind == BlockKind.FILTER && hook == Hook.FORWARD && span.isEmpty() && isLast(block) && mine) {
            appendPublishAccepts(draft, chain.get());
        }
    }

    /** Blocks of one hook are one chain with one policy; a block that names none leaves it to the others. */
    private void policy(final Block block, final BlockKind kind, final ChainDraft chain) {
        final Optional<Block> other = chain.policyFrom(block);
        if (other.isPresent() && other.get().getPolicy() != block.getPolicy()) {
            BlockWords.reportTwoPolicies(findings, block, other.get());
        } else if (block.getPolicy() == PolicyWord.DROP && BlockWords.takesPolicy(findings, block, kind)) {
            chain.drops();
        }
    }

    /** The accepts of publish stand last where no rule jumps to them. */
    private void appendPublishAccepts(final TableDraft draft, final ChainDraft chain) {
        final boolean jumped = reading.files().stream()
                .flatMap(file -> EcoreUtil2.getAllContentsOfType(file, Jump.class).stream())
                .anyMatch(jump ->
                        jump.getChain() instanceof UserChain target && PUBLISH_ACCEPTS.equals(target.getName()));
        if (!jumped && !reading.expansions().isEmpty()) {
            fill(PUBLISH_ACCEPTS, draft, chain);
        }
    }

    private boolean isLast(final Block block) {
        Block last = block;
        for (final PolicyFile file : reading.files()) {
            for (final Element element : file.getElements()) {
                if (element instanceof Block other
                        && other.getKind() == block.getKind()
                        && other.getHook() == block.getHook()) {
                    last = other;
                }
            }
        }
        return last == block;
    }

    private void fillWanted(final TableDraft draft) {
        for (Optional<String> name = draft.nextWanted(); name.isPresent(); name = draft.nextWanted()) {
            final Span span = chains.getOrDefault(name.get(), List.of()).stream()
                    .findFirst()
                    .map(each -> findings.spans().name(each.declaration()))
                    .orElse(Span.NONE);
            fill(name.get(), draft, draft.open(name.get(), span));
        }
    }

    private void fill(final String name, final TableDraft draft, final ChainDraft chain) {
        for (final Chain each : chains.getOrDefault(name, List.of())) {
            rules.lower(
                    each.declaration().getStatements(),
                    new RuleLowering.Place(Optional.empty(), Optional.empty(), each.span()),
                    draft,
                    chain);
        }
    }
}
