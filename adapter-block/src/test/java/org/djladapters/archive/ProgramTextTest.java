/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramTextTest {

    private static final String TEXT =
            """
            # class NotOne(Module):
            def helper(x: Tensor,
                s: str="a, b") -> Tensor:
              return x

            class First(Module):
              __parameters__ = ["weight", "bias", ]
              __buffers__ = ['steps']  # a comment
              weight : Tensor
              bias : Tensor
              steps : Tensor
              __annotations__["0"] = __torch__.a.b.___torch_mangle_1.Second
              size : Final[int] = 3
              def forward(self: __torch__.a.b.First,
                argument_1: Tensor,
                mask: Optional[Tensor]=None,
                sizes: Tuple[int, int]=(1, 2)) -> Tuple[Tensor,
                    Tensor]:
                x = torch.linear(argument_1,
                  self.weight, # the weight
                  self.bias)
                _1, _2, = x
                n: int = 3
                if torch.eq(n, 3):
                  ops.prim.RaiseException("not = an ( assignment")
                y = '''a
              def fake(self):
            '''
                return (x, {"a": y})
              def empty(self):
                pass
            class Plain:
              value : int
            """;

    @Test
    void classesAreFoundWithTheirDeclarations() throws ArchiveException {
        List<ClassText> classes = ProgramText.classes("code/__torch__/a/b.py", TEXT);

        assertThat(classes)
                .extracting(ClassText::qualifiedName)
                .containsExactly("__torch__.a.b.First", "__torch__.a.b.Plain");
        ClassText first = classes.get(0);
        assertThat(first.isModule()).isTrue();
        assertThat(classes.get(1).isModule()).isFalse();
        assertThat(first.parameters()).containsExactly("weight", "bias");
        assertThat(first.attributes())
                .containsExactly(
                        new Variable("weight", "Tensor"),
                        new Variable("bias", "Tensor"),
                        new Variable("steps", "Tensor"),
                        new Variable("0", "__torch__.a.b.___torch_mangle_1.Second"),
                        new Variable("size", "Final[int]"));
    }

    @Test
    void methodsAreFoundWithArgumentsAndStatements() throws ArchiveException {
        ClassText first = ProgramText.classes("code/__torch__/a/b.py", TEXT).get(0);

        assertThat(first.methods())
                .extracting(MethodText::name)
                .containsExactly("forward", "empty");
        MethodText forward = first.method("forward").orElseThrow();
        assertThat(forward.arguments())
                .containsExactly(
                        new Variable("argument_1", "Tensor"),
                        new Variable("mask", "Optional[Tensor]"),
                        new Variable("sizes", "Tuple[int, int]"));
        assertThat(forward.returnType()).startsWith("Tuple[Tensor,").endsWith("Tensor]");
        assertThat(forward.statements())
                .extracting(Statement::kind)
                .containsExactly(
                        Statement.Kind.ASSIGNMENT,
                        Statement.Kind.ASSIGNMENT,
                        Statement.Kind.ASSIGNMENT,
                        Statement.Kind.OTHER,
                        Statement.Kind.OTHER,
                        Statement.Kind.ASSIGNMENT,
                        Statement.Kind.RETURN);
        assertThat(forward.statements())
                .extracting(Statement::target)
                .containsExactly("x", "_1, _2,", "n", "", "", "y", "");
        assertThat(forward.statements().get(6).expression()).isEqualTo("(x, {\"a\": y})");
        assertThat(Call.parse(forward.statements().get(0).expression()))
                .contains(
                        new Call(
                                "torch.linear", List.of("argument_1", "self.weight", "self.bias")));
    }

    @Test
    void callsAreTakenApart() {
        assertThat(Call.parse("(model).forward(a, [b, c], d=f(e, g), )"))
                .contains(new Call("(model).forward", List.of("a", "[b, c]", "d=f(e, g)")));
        assertThat(Call.parse("f()")).contains(new Call("f", List.of()));
        assertThat(Call.parse("f(\"a, (b\")")).contains(new Call("f", List.of("\"a, (b\"")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "",
                "(x)",
                "(x, f(y))",
                "f(x) + g(y)",
                "f(x)[0]",
                "f(x) if c else g(x)",
                "not f(x)",
                "f(x",
                "[f(x)]",
                "f(x).shape"
            })
    void otherExpressionsAreNoCalls(String expression) {
        assertThat(Call.parse(expression)).isEmpty();
    }

    @Test
    void lineEndsOfWindowsAreUnderstood() throws ArchiveException {
        ClassText first =
                ProgramText.classes("code/__torch__/a/b.py", TEXT.replace("\n", "\r\n")).get(0);

        assertThat(first.methods()).hasSize(2);
        assertThat(first.method("forward").orElseThrow().statements()).hasSize(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"= : Tensor", "x : = 1", "__annotations__[x] = Tensor"})
    void attributesWithoutNameOrTypeAreRefused(String attribute) {
        String text = "class A(Module):\n  " + attribute + "\n  def f(self):\n    return 1\n";

        assertThatThrownBy(() -> ProgramText.classes("code/__torch__.py", text))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("code/__torch__.py");
    }
}
