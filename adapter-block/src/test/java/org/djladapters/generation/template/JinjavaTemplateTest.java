/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The expected texts are what transformers renders. */
class JinjavaTemplateTest {

    private static final List<Map<String, Object>> MESSAGES =
            List.of(
                    message("system", " Be brief. "),
                    message("user", "Hi {{ x }} \"q\" <b>"),
                    message("assistant", "Yes\n"),
                    message("user", "é€😀"));

    private static Map<String, Object> message(String role, String content) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("role", role);
        message.put("content", content);
        return message;
    }

    private static String render(String template) {
        Map<String, Object> variables = new HashMap<>();
        variables.put("messages", MESSAGES);
        variables.put("add_generation_prompt", true);
        variables.put("bos_token", "<s>");
        variables.put("eos_token", "</s>");
        variables.put("tools", null);
        variables.put("documents", null);
        return new JinjavaTemplate(template).render(variables);
    }

    @Test
    void writesTurnsBetweenMarks() {
        String template =
                "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system'"
                        + " %}{{ '<|im_start|>system\nYou help.<|im_end|>\n' }}{% endif %}"
                        + "{{'<|im_start|>' + message['role'] + '\\n' + message['content'] +"
                        + " '<|im_end|>' + '\n"
                        + "' }}{% endfor %}{% if add_generation_prompt %}"
                        + "{{ '<|im_start|>assistant\\n' }}{% endif %}";
        assertThat(render(template))
                .isEqualTo(
                        """
                        <|im_start|>system
                         Be brief. <|im_end|>
                        <|im_start|>user
                        Hi {{ x }} "q" <b><|im_end|>
                        <|im_start|>assistant
                        Yes
                        <|im_end|>
                        <|im_start|>user
                        é€😀<|im_end|>
                        <|im_start|>assistant
                        """);
    }

    @Test
    void trimsAndBeginsOnce() {
        String template =
                """
                {% for message in messages %}{% set content = '<|start|>' + message['role'] \
                + '<|end|>\\n\\n'+ message['content'] | trim + '<|eot|>' %}\
                {% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}\
                {{ content }}{% endfor %}\
                """;
        assertThat(render(template))
                .isEqualTo(
                        "<s><|start|>system<|end|>\n\nBe brief.<|eot|>"
                                + "<|start|>user<|end|>\n\nHi {{ x }} \"q\" <b><|eot|>"
                                + "<|start|>assistant<|end|>\n\nYes<|eot|>"
                                + "<|start|>user<|end|>\n\né€😀<|eot|>");
    }

    @Test
    void takesWhiteSpaceAwayWhereMinusSignsSay() {
        String template =
                """
                {%- if messages[0].role == 'system' %}
                    {%- set system = messages[0].content.strip() %}
                    {%- set rest = messages[1:] %}
                {%- else %}
                    {%- set rest = messages %}
                {%- endif %}
                {{- bos_token }}
                {%- for m in rest %}
                    {%- if (m.role == 'user') != (loop.index0 % 2 == 0) %}
                        {{- raise_exception('turns must alternate') }}
                    {%- endif %}
                    {%- if m.role == 'user' %}
                        {{- '[INST] ' ~ (system ~ '\\n\\n' if loop.first and system is defined \
                else '') ~ m.content ~ ' [/INST]' }}
                    {%- else %}
                        {{- ' ' + m.content|trim + eos_token }}
                    {%- endif %}
                {%- endfor %}
                """;
        assertThat(render(template))
                .isEqualTo(
                        "<s>[INST] Be brief.\n\nHi {{ x }} \"q\" <b> [/INST] Yes</s>"
                                + "[INST] é€😀 [/INST]");
    }

    @Test
    void takesLineBreaksAwayAfterBlocks() {
        String template =
                """
                {% for message in messages %}
                {% if message['role'] == 'user' %}
                {{ '<|user|>\\n' + message['content'] + eos_token }}
                {% else %}
                  {% generation %}
                {{ '<|other|>\\n' + message['content'] + eos_token }}
                  {% endgeneration %}
                {% endif %}
                {% if loop.last and add_generation_prompt %}
                {{ '<|assistant|>' }}
                {% endif %}
                {% endfor %}\
                """;
        assertThat(render(template))
                .isEqualTo(
                        """
                        <|other|>
                         Be brief. </s>
                        <|user|>
                        Hi {{ x }} "q" <b></s>
                        <|other|>
                        Yes
                        </s>
                        <|user|>
                        é€😀</s>
                        <|assistant|>
                        """);
    }

    @Test
    void goesBackwardsAndRemembersInANamespace() {
        String template =
                """
                {%- set ns = namespace(last=messages|length - 1, seen=false) -%}
                {%- for m in messages[::-1] %}
                  {%- set i = messages|length - 1 - loop.index0 %}
                  {%- if not ns.seen and m.role == 'assistant' %}{% set ns.seen = true %}\
                {% set ns.last = i %}{% endif %}
                {%- endfor %}
                {%- for m in messages %}{{ m.role[0] if loop.index0 <= ns.last else m.role | upper }}\
                {{ ',' if not loop.last }}{% endfor %} {{ messages[-1]['content'] }} \
                {{ {'n': ns.last, 'ok': ns.seen} | tojson }}\
                {% if tools is not none %}T{% endif %}\
                {% if tools is defined and not x is defined %}D{% endif %}\
                """;
        assertThat(render(template)).isEqualTo("s,u,a,USER é€😀 {\"n\": 2, \"ok\": true}D");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "{{ 'abc'[0] }}{{ 'abcd'[-2:] }}{{ '😀ab'[1:] }} # acdab",
                "{{ none }}|{{ true }}|{{ nothing }}| # None|True||",
                "{% if 'false' %}a{% endif %}{% if '' or 0 or [] or {} or none %}b{% endif %} # a",
                "{{ (-1) % 3 }} {{ 7 // 2 }} {{ 0 == false }} {{ '1' == 1 }} # 2 3 True False",
                "{% if not 'a' in 'abc' %}x{% else %}y{% endif %} # y",
                "{% set x = 1 %}{% for m in messages %}{% set x = 2 %}{% endfor %}{{ x }} # 1",
                "{% for m in messages %}{% if loop.first %}{% set y = 'a' %}{% endif %}[{{ y }}]"
                        + "{% endfor %} # [a][][][]",
                "{% for m in messages if m.role != 'user' %}{{ loop.index }}{{ m.role }}"
                        + "{% endfor %} # 1system2assistant",
                "a {%- if true %} b {% endif -%} c # a b c",
                "{{ 'x' }} {% if true %}y{% endif %} # x y",
                "{{ ' a b '.split()|join('+') }}{{ 'a,b'.split(',')[-1] }}{{ 'ab'.startswith('a')"
                        + " }} # a+bbTrue",
                "{{ messages[0].get('x', 'd') }}{{ 'role' in messages[0] }} # dTrue",
                "{{ messages|selectattr('role', 'equalto', 'user')|map(attribute='content')|last }}"
                        + " # é€😀",
                "{% macro f(x, y='!') %}{{ x }}{{ y }}{% endmacro %}{{ f('a') + f('b', y='?') }}"
                        + " # a!b?",
                "`{{ \"{% if %}\" }}{{ '}}' }}{# {{ x }} #}` # {% if %}}}",
                "{{ range(2000)|length }} {{ 3 * 4 - 5 }} {{ -7 // 2 }} {{ 'a' < 'b' }} # 2000 7 -4"
                        + " True",
                "{{ 'x' ~ 1 ~ none }}{{ 'a' if false }} # x1None",
            })
    void evaluatesAsPythonDoes(String template, String expected) {
        assertThat(render(template.strip())).isEqualTo(expected.strip());
    }

    @Test
    void knowsTheTime() {
        assertThat(render("{{ strftime_now('%Y') }}"))
                .isIn(
                        Integer.toString(LocalDate.now(ZoneId.systemDefault()).getYear()),
                        Integer.toString(LocalDate.now(ZoneId.systemDefault()).getYear() - 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "{% include 'x' %} # uses the tag 'include', which is not supported",
                "{% break %} # uses the tag 'break'",
                "{{ 'a'|urlencode }} # uses the filter 'urlencode'",
                "{{ 'a' is palindrome }} # uses the test 'palindrome'",
                "{{ today() }} # uses the function 'today'",
                "{{ 'a'.title() }} # 'title'",
                "{% for x in messages %}a{% else %}b{% endfor %} # 'else' outside of 'if'",
                "{% if true %} # does not end its block 'if'",
                "{{ 'a' # does not end",
                "{{ raise_exception('no tools') }} # refuses the conversation: no tools",
                "{{ 'a' + 1 }} # adds values",
                "{{ nothing + 'a' }} # adds values that are not defined",
                "{{ '5' * 2 }} # computes with what are no integers",
                "{{ nothing - 1 }} # computes with what are no integers",
                "{% if nothing < 3 %}a{% endif %} # compares what are neither two integers",
                "{% for i in range(2000000) %}a{% endfor %} # goes through more items",
                "{{ messages }} # prints a value that is neither a text nor an integer",
            })
    void refusesByNameWhatItCanNotDo(String template, String message) {
        assertThatThrownBy(() -> render(template.strip()))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining(message.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ ''.getClass() }}",
                "{{ messages.getClass().forName('java.lang.Runtime') }}",
                "{{ ''['getClass']() }}",
                "{{ messages[0].clear() }}",
                "{{ messages.add('x') }}",
                "{{ raise_exception.getClass() }}",
                "{{ ____int3rpr3t3r____.getContext() }}",
            })
    void hidesJavaFromStrangers(String template) {
        assertThatThrownBy(() -> render(template)).isInstanceOf(TemplateException.class);
        assertThat(MESSAGES.get(0)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% set r = range(999) %}{% for a in r %}{% for b in r %}{% for c in r %}"
                        + "{% endfor %}{% endfor %}{% endfor %}",
                "{% set ns = namespace(x='aaaaaaaaaaaaaaaa') %}{% for a in range(900) %}"
                        + "{% set ns.x = ns.x + ns.x %}{% endfor %}",
                "{% set ns = namespace(x='aaaaaaaaaaaaaaaa') %}{% for a in range(900) %}"
                        + "{% set ns.x = ns.x|replace('a', 'aaaaaaaa') %}{% endfor %}",
                "{% macro f(x) %}{{ f(x) }}{{ f(x) }}{% endmacro %}{{ f('a') }}",
            })
    void endsWhatWouldNotEnd(String template) {
        assertThatThrownBy(() -> render(template)).isInstanceOf(TemplateException.class);
    }

    @Test
    void refusesExpressionsThatAreTooDeep() {
        String deep = "{{ " + "(".repeat(20_000) + "1" + ")".repeat(20_000) + " }}";
        assertThatThrownBy(() -> render(deep)).isInstanceOf(TemplateException.class);
    }
}
