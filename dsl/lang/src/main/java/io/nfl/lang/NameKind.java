// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import io.nfl.lang.nfl.AddressList;
import io.nfl.lang.nfl.AddressSet;
import io.nfl.lang.nfl.Declaration;
import io.nfl.lang.nfl.DeviceName;
import io.nfl.lang.nfl.Interface;
import io.nfl.lang.nfl.Mark;
import io.nfl.lang.nfl.NflPackage;
import io.nfl.lang.nfl.Publish;
import io.nfl.lang.nfl.RecentList;
import io.nfl.lang.nfl.RouteTable;
import io.nfl.lang.nfl.Service;
import io.nfl.lang.nfl.UserChain;
import io.nfl.lang.nfl.Zone;
import java.util.List;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EReference;

/** What a name at a place can be. One table for linking, its messages, and completion. */
enum NameKind {
    INTERFACE("interface or zone", List.of(Interface.class, Zone.class)),
    PUBLISHED("interface, zone or `local`", List.of(Interface.class, Zone.class, AddressList.class)),
    ADDRESS("address, interface or set", List.of(AddressList.class, Interface.class, AddressSet.class)),
    SERVICE("service", List.of(Service.class)),
    MARK("mark", List.of(Mark.class)),
    TABLE("routing table", List.of(RouteTable.class)),
    CHAIN("chain", List.of(UserChain.class)),
    SET("set", List.of(AddressSet.class)),
    LIST("list", List.of(RecentList.class));

    private static final String LOCAL = "local";

    private final String label;
    private final List<Class<? extends Declaration>> types;

    NameKind(final String label, final List<Class<? extends Declaration>> types) {
        this.label = label;
        this.types = types;
    }

    String label() {
        return label;
    }

    boolean takes(final Declaration declaration) {
        if (this == PUBLISHED && declaration instanceof AddressList) {
            return LOCAL.equals(declaration.getName());
        }
        return types.stream().anyMatch(type -> type.isInstance(declaration));
    }

    static NameKind at(final EObject context, final EReference reference) {
        return context instanceof DeviceName && isPublished(context) ? PUBLISHED : of(reference);
    }

    /** As the grammar alone tells it: without the object that refers. */
    static NameKind of(final EReference reference) {
        return switch (reference.getContainerClass().getSimpleName()) {
            case "DeviceName" -> INTERFACE;
            case "AddressName", "DestinationName" -> ADDRESS;
            case "ServiceMatch" -> SERVICE;
            case "MarkName" -> MARK;
            case "RoutingRule", "CheckTable" -> TABLE;
            case "Jump", "Goto" -> CHAIN;
            case "AddTo", "DeleteFrom", "Given" -> SET;
            case "SeenMatch", "Remember" -> LIST;
            default ->
                throw new IllegalStateException(
                        "no kind of names for " + reference.getContainerClass().getSimpleName());
        };
    }

    private static boolean isPublished(final EObject context) {
        return context.eContainer() instanceof Publish
                && context.eContainmentFeature() == NflPackage.eINSTANCE.getPublish_Interfaces();
    }

    /** What a declaration is, for messages. */
    static String labelOf(final Declaration declaration) {
        return switch (declaration.eClass().getName()) {
            case "Interface" -> "interface";
            case "Zone" -> "zone";
            case "AddressList" -> "address";
            case "AddressSet" -> "set";
            case "RecentList" -> "list";
            case "RouteTable" -> "routing table";
            case "UserChain" -> "chain";
            case "Service" -> "service";
            case "Mark" -> "mark";
            default -> throw new IllegalStateException(declaration.eClass().getName());
        };
    }
}
