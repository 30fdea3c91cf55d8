<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="zh_CN">
<context>
    <name>BarChart</name>
    <message>
        <source>暂无数据</source>
        <translation>No figures yet</translation>
    </message>
    <message>
        <source>{first} 至 {last}，最近 {now}{unit}，最高 {most}（{most_at}），最低 {least}（{least_at}）</source>
        <translation>{first} to {last}, latest {now} {unit}, highest {most} ({most_at}), lowest {least} ({least_at})</translation>
    </message>
    <message>
        <source>，计划 {0}</source>
        <translation>, plan {0}</translation>
    </message>
    <message>
        <source>时段</source>
        <translation>Period</translation>
    </message>
    <message>
        <source>数量</source>
        <translation>Number</translation>
    </message>
    <message>
        <source>计划</source>
        <translation>Plan</translation>
    </message>
</context>
<context>
    <name>CardList</name>
    <message>
        <source>列表</source>
        <translation>List</translation>
    </message>
</context>
<context>
    <name>DateField</name>
    <message>
        <source>如 2026.3.5 或 3月5日</source>
        <translation>e.g. 2026-03-05 or 3-5</translation>
    </message>
    <message>
        <source>打开日历</source>
        <translation>Open calendar</translation>
    </message>
    <message>
        <source>日期</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>{0} 打开日历</source>
        <translation>{0}: open calendar</translation>
    </message>
    <message>
        <source>日历</source>
        <translation>Calendar</translation>
    </message>
    <message>
        <source>请核对：日期应在 {0} 至 {1} 之间</source>
        <translation>Please check: the date should be between {0} and {1}</translation>
    </message>
    <message>
        <source>{0} 年 {1} 月 {2} 日</source>
        <translation>{0}-{1:02}-{2:02}</translation>
    </message>
    <message>
        <source>没有这一天，请核对月和日</source>
        <translation>There is no such day; please check month and day</translation>
    </message>
    <message>
        <source>看不懂这个日期，请写成 2026.3.5 或点日历选择</source>
        <translation>Date not understood; write it as 2026-03-05 or pick it in the calendar</translation>
    </message>
</context>
<context>
    <name>Field</name>
    <message>
        <source>必填</source>
        <translation>required</translation>
    </message>
    <message>
        <source>上次：{0}</source>
        <translation>Last: {0}</translation>
    </message>
    <message>
        <source>{0} 上次：{1} 点按填入</source>
        <translation>{0}, last time {1}: tap to copy</translation>
    </message>
    <message>
        <source>，必填</source>
        <translation>, required</translation>
    </message>
</context>
<context>
    <name>MonthDays</name>
    <message>
        <source>{0} 年 {1} 月 {2} 日</source>
        <translation>{0}-{1:02}-{2:02}</translation>
    </message>
</context>
<context>
    <name>MonthGrid</name>
    <message>
        <source>上一年</source>
        <translation>Year before</translation>
    </message>
    <message>
        <source>上个月</source>
        <translation>Month before</translation>
    </message>
    <message>
        <source>下个月</source>
        <translation>Next month</translation>
    </message>
    <message>
        <source>下一年</source>
        <translation>Next year</translation>
    </message>
    <message>
        <source>今天</source>
        <translation>Today</translation>
    </message>
    <message>
        <source>{0} 年 {1} 月</source>
        <translation>{0}-{1:02}</translation>
    </message>
</context>
<context>
    <name>NavButton</name>
    <message>
        <source>{0} 项</source>
        <translation>{0} waiting</translation>
    </message>
</context>
<context>
    <name>PhotoStrip</name>
    <message>
        <source>拍照</source>
        <translation>Take photo</translation>
    </message>
    <message>
        <source>从文件添加</source>
        <translation>From file</translation>
    </message>
</context>
<context>
    <name>PhotoTile</name>
    <message>
        <source>照片 {0}</source>
        <translation>Photo {0}</translation>
    </message>
    <message>
        <source>删除照片 {0}</source>
        <translation>Delete photo {0}</translation>
    </message>
    <message>
        <source>正在加水印</source>
        <translation>Stamping…</translation>
    </message>
    <message>
        <source>已加水印</source>
        <translation>Stamped</translation>
    </message>
    <message>
        <source>已上传</source>
        <translation>Uploaded</translation>
    </message>
    <message>
        <source>未处理成功</source>
        <translation>Failed</translation>
    </message>
</context>
<context>
    <name>Picker</name>
    <message>
        <source>请选择</source>
        <translation>Choose</translation>
    </message>
    <message>
        <source>、</source>
        <translation>, </translation>
    </message>
</context>
<context>
    <name>PickerDialog</name>
    <message>
        <source>输入文字查找</source>
        <translation>Type to search</translation>
    </message>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>完成</source>
        <translation>Done</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>进度</source>
        <translation>Progress</translation>
    </message>
</context>
<context>
    <name>ProgressRow</name>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
</context>
<context>
    <name>ProportionBars</name>
    <message>
        <source>暂无数据</source>
        <translation>No figures yet</translation>
    </message>
    <message>
        <source>地方</source>
        <translation>Place</translation>
    </message>
    <message>
        <source>已完成</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>应完成</source>
        <translation>Due</translation>
    </message>
    <message>
        <source>完成率 %</source>
        <translation>Done %</translation>
    </message>
    <message>
        <source>，低于目标 {0}%</source>
        <translation>, below the target of {0}%</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>清除搜索</source>
        <translation>Clear search</translation>
    </message>
</context>
<context>
    <name>SectionList</name>
    <message>
        <source>填写步骤</source>
        <translation>Form steps</translation>
    </message>
</context>
<context>
    <name>SectionRow</name>
    <message>
        <source>已完成</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>当前</source>
        <translation>current</translation>
    </message>
    <message>
        <source>未填</source>
        <translation>Empty</translation>
    </message>
    <message>
        <source>缺 {0} 项</source>
        <translation>{0} missing</translation>
    </message>
</context>
<context>
    <name>SignaturePad</name>
    <message>
        <source>撤销一笔</source>
        <translation>Undo stroke</translation>
    </message>
    <message>
        <source>重签</source>
        <translation>Sign again</translation>
    </message>
    <message>
        <source>签名</source>
        <translation>Signature</translation>
    </message>
</context>
<context>
    <name>SignatureSheet</name>
    <message>
        <source>请在此处签名</source>
        <translation>Please sign here</translation>
    </message>
</context>
<context>
    <name>Stepper</name>
    <message>
        <source>未填</source>
        <translation>Empty</translation>
    </message>
    <message>
        <source>数量</source>
        <translation>Number</translation>
    </message>
    <message>
        <source>{0} 减少</source>
        <translation>{0}: less</translation>
    </message>
    <message>
        <source>{0} 增加</source>
        <translation>{0}: more</translation>
    </message>
    <message>
        <source>请只填数字</source>
        <translation>Digits only, please</translation>
    </message>
    <message>
        <source>请填 {0}–{1} 之间的数</source>
        <translation>Please enter a number from {0} to {1}</translation>
    </message>
</context>
<context>
    <name>SyncChip</name>
    <message>
        <source>已同步 {0}</source>
        <translation>Synced {0}</translation>
    </message>
    <message>
        <source>{0} 条待上传</source>
        <translation>{0} to upload</translation>
    </message>
    <message>
        <source>待传 {0}</source>
        <translation>{0} to send</translation>
    </message>
    <message>
        <source>离线 · {0} 条待上传</source>
        <translation>Offline · {0} to upload</translation>
    </message>
    <message>
        <source>离线</source>
        <translation>Offline</translation>
    </message>
    <message>
        <source>同步中 {0}</source>
        <translation>Syncing {0}</translation>
    </message>
    <message>
        <source>同步中</source>
        <translation>Syncing</translation>
    </message>
    <message>
        <source>需要处理 {0}</source>
        <translation>Needs attention: {0}</translation>
    </message>
    <message>
        <source>处理 {0}</source>
        <translation>Check {0}</translation>
    </message>
</context>
<context>
    <name>ToastHost</name>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>返回</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>搜索</source>
        <translation>Search</translation>
    </message>
</context>
<context>
    <name>_Navigation</name>
    <message>
        <source>主导航</source>
        <translation>Main navigation</translation>
    </message>
</context>
</TS>
