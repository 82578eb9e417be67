/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameStartingWith;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.loss.L2Loss;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.io.Internal;

/** The packages of the library and the direction of their dependencies. */
@AnalyzeClasses(packages = "org.djladapters", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /** A package, with the packages inside it, uses only those before it. */
    private static final List<String> LAYERS =
            List.of(
                    "io",
                    "option",
                    "safetensors",
                    "student",
                    "archive",
                    "onnx",
                    "kernel",
                    "matmul",
                    "rotation",
                    "circuit",
                    "adapter",
                    "hub",
                    "data",
                    "vectors",
                    "surgery",
                    "model",
                    "checkpoint",
                    "generation",
                    "task",
                    "tuning",
                    "zoo",
                    "langchain4j",
                    "springai",
                    "serving");

    @ArchTest
    static void everyPackageHasItsPlace(JavaClasses classes) {
        classes().should().resideInAnyPackage(packages(LAYERS)).check(classes);
    }

    @ArchTest
    static void aPackageUsesOnlyThoseAboveIt(JavaClasses classes) {
        for (int i = 0; i < LAYERS.size() - 1; i++) {
            noClasses()
                    .that()
                    .resideInAnyPackage(packages(List.of(LAYERS.get(i))))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(packages(LAYERS.subList(i + 1, LAYERS.size())))
                    .check(classes);
        }
    }

    private static String[] packages(List<String> names) {
        return names.stream().map(n -> "org.djladapters." + n + "..").toArray(String[]::new);
    }

    /** What users call mentions nothing that can change in any version. */
    @ArchTest
    static void noPublicSignatureMentionsAnInternalPackage(JavaClasses classes) {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : classes) {
            if (isPublic(type) && !isInternal(type)) {
                mentioned(type)
                        .filter(ArchitectureTest::isInternal)
                        .forEach(other -> found.add(type.getName() + " -> " + other.getName()));
            }
        }
        assertThat(found).isEmpty();
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
    }

    private static boolean isInternal(JavaClass type) {
        return type.getPackageName().startsWith("org.djladapters")
                && (type.isAnnotatedWith(Internal.class)
                        || type.getEnclosingClass().map(ArchitectureTest::isInternal).orElse(false)
                        || type.getPackage().isAnnotatedWith(Internal.class));
    }

    private static Stream<JavaClass> mentioned(JavaClass type) {
        Stream<JavaType> types =
                Stream.concat(
                        type.getCodeUnits().stream()
                                .filter(ArchitectureTest::isVisible)
                                .flatMap(ArchitectureTest::types),
                        type.getFields().stream()
                                .filter(ArchitectureTest::isVisible)
                                .map(JavaField::getType));
        Stream<JavaType> above =
                Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
        return Stream.concat(types, above)
                .flatMap(named -> named.getAllInvolvedRawTypes().stream())
                .map(JavaClass::getBaseComponentType);
    }

    private static boolean isVisible(JavaMember member) {
        Set<JavaModifier> modifiers = member.getModifiers();
        return (modifiers.contains(JavaModifier.PUBLIC)
                        || modifiers.contains(JavaModifier.PROTECTED))
                && !member.isAnnotatedWith(Internal.class);
    }

    private static Stream<JavaType> types(JavaCodeUnit method) {
        return Stream.of(
                        Stream.of(method.getReturnType()),
                        method.getParameterTypes().stream(),
                        method.getExceptionTypes().stream())
                .flatMap(Function.identity());
    }

    private static final String[] SHARED_BY_METHODS = {
        "org.djladapters.adapter.budget",
        "org.djladapters.adapter.dense",
        "org.djladapters.adapter.format",
        "org.djladapters.adapter.lowrank",
        "org.djladapters.adapter.lycoris",
        "org.djladapters.adapter.method",
        "org.djladapters.adapter.orthogonal",
        "org.djladapters.adapter.random",
        "org.djladapters.adapter.singular"
    };

    /** What methods share lies in the package above them or in these; none knows another. */
    @ArchTest
    static final ArchRule METHODS_DO_NOT_KNOW_EACH_OTHER =
            slices().matching("org.djladapters.adapter.(*)")
                    .should()
                    .notDependOnEachOther()
                    .ignoreDependency(alwaysTrue(), resideInAnyPackage(SHARED_BY_METHODS));

    /** But for rotations that are drawn as circuits, which only compound adapters have. */
    @ArchTest
    static final ArchRule WHAT_STORES_AND_TRAINS_ADAPTERS_KNOWS_NO_SINGLE_METHOD =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            packages(List.of("surgery", "checkpoint", "task", "tuning", "zoo")))
                    .and()
                    .doNotHaveSimpleName("StoredRotations")
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("org.djladapters.adapter.*")
                                    .and(not(resideInAnyPackage(SHARED_BY_METHODS))));

    /**
     * No packages need each other, directly or through others, at any level, but for {@code
     * Methods}, the one list of all methods, which users find beside what methods share.
     */
    @ArchTest
    static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES =
            slices().matching("org.djladapters.(**)")
                    .should()
                    .beFreeOfCycles()
                    .ignoreDependency(
                            simpleName("Methods"), resideInAPackage("org.djladapters.adapter.*"));

    /** Packages inside one top-level package, each of which uses only those before it. */
    private static final List<List<String>> INNER_LAYERS =
            List.of(
                    List.of("rotation", "rotation.programs"),
                    List.of("model.pass", "model", "model.combination"),
                    List.of("hub.architecture", "hub.program", "hub.client", "hub"),
                    List.of(
                            "checkpoint.head",
                            "checkpoint.quantized",
                            "checkpoint.merged",
                            "checkpoint"),
                    List.of("data.reading", "data.encoding", "data"),
                    List.of("generation.template", "generation"),
                    List.of(
                            "task.metric",
                            "task.option",
                            "task.kind",
                            "task.classification",
                            "task.embedding",
                            "task"));

    @ArchTest
    static void aPackageUsesOnlyThoseBeforeItInItsTopLevelPackage(JavaClasses classes) {
        for (List<String> layers : INNER_LAYERS) {
            for (int i = 0; i < layers.size() - 1; i++) {
                noClasses()
                        .that()
                        .resideInAPackage("org.djladapters." + layers.get(i))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                layers.subList(i + 1, layers.size()).stream()
                                        .map(name -> "org.djladapters." + name)
                                        .toArray(String[]::new))
                        .check(classes);
            }
        }
    }

    private static final List<String> INTEGRATIONS = List.of("langchain4j", "springai", "serving");

    /** Nothing knows an integration, so that each can become an artifact of its own. */
    @ArchTest
    static void nothingKnowsAnIntegration(JavaClasses classes) {
        for (String integration : INTEGRATIONS) {
            String[] own = packages(List.of(integration));
            noClasses()
                    .that()
                    .resideOutsideOfPackages(own)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(own)
                    .check(classes);
        }
    }

    /** Writes {@code target/rooms.txt}: the packages by their files, and what users see of them. */
    @ArchTest
    static void roomsAreReported(JavaClasses classes) throws IOException {
        Map<String, List<JavaClass>> rooms =
                classes.stream()
                        .filter(type -> type.getEnclosingClass().isEmpty())
                        .collect(Collectors.groupingBy(JavaClass::getPackageName));
        List<String> lines = new ArrayList<>();
        rooms.entrySet().stream()
                .sorted(Comparator.comparingInt(room -> -room.getValue().size()))
                .forEach(
                        room ->
                                lines.add(
                                        "%-45s %3d files %6d lines %3d types for users"
                                                .formatted(
                                                        room.getKey(),
                                                        room.getValue().size(),
                                                        lines(room.getKey()),
                                                        countForUsers(room.getValue()))));
        long all = rooms.values().stream().mapToLong(ArchitectureTest::countForUsers).sum();
        lines.add(0, "%d packages, %d types for users".formatted(rooms.size(), all));
        Files.createDirectories(Path.of("target"));
        Files.write(Path.of("target", "rooms.txt"), lines);
        assertThat(lines).hasSizeGreaterThan(1);
    }

    private static long countForUsers(List<JavaClass> types) {
        return types.stream().filter(type -> isPublic(type) && !isInternal(type)).count();
    }

    private static long lines(String name) {
        Path folder = Path.of("src", "main", "java").resolve(name.replace('.', '/'));
        if (!Files.isDirectory(folder)) {
            return 0; // the test runs in another folder than Maven's
        }
        try (Stream<Path> files = Files.list(folder)) {
            long sum = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sum += Files.readAllLines(file).size();
            }
            return sum;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** But that DJL's factories name the types that they translate. */
    @ArchTest
    static final ArchRule NOTHING_IS_DONE_BY_REFLECTION =
            noClasses()
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("java.lang.reflect..").and(not(type(Type.class))));

    /** Libraries that a user need not have. */
    @ArchTest
    static final ArchRule ONLY_ITS_PACKAGE_USES_LANGCHAIN4J =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("org.djladapters.langchain4j")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.langchain4j..");

    /** It runs where no engine of DJL does. */
    @ArchTest
    static final ArchRule A_STATIC_STUDENT_NEEDS_NO_ENGINE =
            noClasses()
                    .that()
                    .resideInAPackage("org.djladapters.student")
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("ai.djl..")
                                    .and(not(resideInAPackage("ai.djl.ndarray.types"))));

    @ArchTest
    static final ArchRule ONLY_ITS_PACKAGE_USES_JINJAVA =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("org.djladapters.generation.template")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("com.hubspot..", "jinjava..");

    @ArchTest
    static final ArchRule ONLY_THE_READER_OF_PARQUET_USES_ITS_LIBRARIES =
            noClasses()
                    .that()
                    .haveNameNotMatching("org\\.djladapters\\.data\\.reading\\.Parquet.*")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.apache.parquet..", "io.airlift..");

    @ArchTest
    static final ArchRule ONLY_ITS_PACKAGE_USES_SPRING =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("org.djladapters.springai")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.springframework..");

    /** The garbage collector may take the number before the gradient is computed with it. */
    @ArchTest
    static final ArchRule NO_ARRAY_IS_MULTIPLIED_BY_A_NUMBER_OF_THE_CALLER =
            noClasses()
                    .should()
                    .callMethod(NDArray.class, "mul", Number.class)
                    .orShould()
                    .callMethod(NDArray.class, "div", Number.class)
                    .orShould()
                    .callMethod(NDArray.class, "pow", Number.class)
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(L2Loss.class)
                    .because("gradients need a number that stays: see TransformKernel.times");

    /** What comes first would start it without the settings, and fail without advice. */
    @ArchTest
    static final ArchRule THE_ENGINE_STARTS_IN_ONE_PLACE =
            noClasses()
                    .that()
                    .doNotHaveFullyQualifiedName("org.djladapters.kernel.PyTorch")
                    .should()
                    .callMethod(Engine.class, "getEngine", String.class)
                    .orShould()
                    .callMethod(Engine.class, "getInstance")
                    .orShould()
                    .callMethodWhere(
                            target(owner(type(NDManager.class)))
                                    .and(target(nameStartingWith("newBaseManager"))))
                    .orShould()
                    .callMethodWhere(
                            target(owner(type(Model.class)))
                                    .and(target(nameStartingWith("newInstance"))));

    @ArchTest static final ArchRule NOTHING_IS_PRINTED = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
}
