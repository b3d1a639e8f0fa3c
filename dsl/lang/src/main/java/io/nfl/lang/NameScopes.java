// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import io.nfl.lang.nfl.Declaration;
import io.nfl.lang.nfl.Element;
import io.nfl.lang.nfl.PolicyFile;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EReference;
import org.eclipse.emf.ecore.resource.Resource;
import org.eclipse.emf.ecore.resource.ResourceSet;
import org.eclipse.xtext.naming.QualifiedName;
import org.eclipse.xtext.resource.EObjectDescription;
import org.eclipse.xtext.resource.IEObjectDescription;
import org.eclipse.xtext.scoping.IScope;
import org.eclipse.xtext.scoping.IScopeProvider;
import org.eclipse.xtext.scoping.impl.MapBasedScope;
import org.eclipse.xtext.util.IResourceScopeCache;

/** Which declarations a name can mean at a place: those of the kinds that the place takes, from all sources. */
public class NameScopes implements IScopeProvider {
    private final IResourceScopeCache cache;

    @Inject
    NameScopes(final IResourceScopeCache cache) {
        this.cache = cache;
    }

    @Override
    public IScope getScope(final EObject context, final EReference reference) {
        final Resource resource = context.eResource();
        final NameKind kind = NameKind.at(context, reference);
        return cache.get(List.of(NameScopes.class, kind), resource, () -> scope(declarations(resource), kind));
    }

    private static IScope scope(final List<Declaration> declarations, final NameKind kind) {
        final Map<QualifiedName, IEObjectDescription> byName = new LinkedHashMap<>();
        for (final Declaration each : declarations) {
            if (kind.takes(each)) {
                final QualifiedName name = QualifiedName.create(each.getName());
                byName.putIfAbsent(name, EObjectDescription.create(name, each));
            }
        }
        return MapBasedScope.createScope(IScope.NULLSCOPE, byName.values());
    }

    /** All declarations with a name, in the order of the sources, the predeclared ones last. */
    static List<Declaration> declarations(final Resource resource) {
        final List<Declaration> all = new ArrayList<>();
        final ResourceSet set = resource.getResourceSet();
        for (final Resource each : set == null ? List.of(resource) : List.copyOf(set.getResources())) {
            for (final EObject root : each.getContents()) {
                if (root instanceof PolicyFile file) {
                    for (final Element element : file.getElements()) {
                        if (element instanceof Declaration declaration && declaration.getName() != null) {
                            all.add(declaration);
                        }
                    }
                }
            }
        }
        return all;
    }

    /** Declarations by name, the first of each. */
    static Map<String, Declaration> byName(final Resource resource) {
        final Map<String, Declaration> byName = new HashMap<>();
        declarations(resource).forEach(each -> byName.putIfAbsent(each.getName(), each));
        return byName;
    }
}
